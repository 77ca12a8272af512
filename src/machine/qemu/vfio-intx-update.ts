import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { otherCpuWants } from '../guest/other-cpu.ts';
import { OTHER_VCPU_THREAD } from '../parties.ts';
import { BQL_FREE, BQL_OTHER_VCPU } from './bql.ts';
import type { Bql } from './bql.ts';

const FILE = 'QEMU hw/vfio/pci.c';

/** What the route of the pin is changed by. */
export interface IntxUpdateWiring {
  readonly bql: Bql;
  /** A CPU for the thread of the guest's other vCPU. */
  readonly cpu: number;
  /** Whether the guest still goes from one route to the other, where it does so again and again. */
  readonly running: (s: State) => boolean;
  /** `vfio_intx_enable_kvm` and `vfio_intx_disable_kvm`. */
  readonly enable: Procedure;
  readonly disable: Procedure;
}

/**
 * Adds another vCPU of the guest that writes the route of the pin (PIRQ): to one without an interrupt, with which QEMU
 * takes the handling over, to one with, or (`both`) from one to the other again and again. `isWithQemu` says who handles
 * it. The end of vfio_intx_update, vfio_intx_eoi, does nothing, since both ways leave `intx.pending` false.
 * Source: QEMU hw/vfio/pci.c `vfio_intx_update` (7.2); hw/pci/pci.c `pci_bus_fire_intx_routing_notifier`.
 */
export function addIntxSwitching(
  m: ModelBuilder,
  wiring: IntxUpdateWiring,
  which: 'enable' | 'disable' | 'both',
  isWithQemu: (s: State) => boolean,
): void {
  const wanted = otherCpuWants(m, ROUTE_AT, which === 'both' ? wiring.running : () => true);
  const steps: Record<string, Step> = {
    ...begin(wiring.bql, wanted),
    'intx-update': {
      at: `${FILE} vfio_intx_update (the new route's mode: PCI_INTX_DISABLED or PCI_INTX_ENABLED)`,
      do: (s) => (isWithQemu(s) ? 'enable-kvm' : undefined),
      ...(which === 'enable' ? {} : { call: wiring.disable }),
    },
    ...(which === 'both' ? { 'kvm-is-off': { at: FILE_RETURN, do: () => 'other-vcpu-unlocks-bql' } } : {}),
    ...(which === 'disable' ? {} : { 'enable-kvm': { at: `${FILE} vfio_intx_update`, call: wiring.enable } }),
    ...end(wiring.bql, which === 'both' ? wanted : null),
    ...(which === 'both' ? {} : SETTLED),
  };
  addOtherVcpu(m, wiring, steps);
}

/**
 * Adds another vCPU of the guest that writes the route of the pin once: from a GSI that its kernel has masked to the one
 * that its driver uses. At the end comes vfio_intx_eoi, for an end of interrupt that was missed: it finds nothing, as
 * vfio_intx_enable_kvm leaves `intx.pending` false. Source: as {@link addIntxSwitching}.
 */
export function addIntxRerouting(m: ModelBuilder, wiring: IntxUpdateWiring, rerouted: Field): void {
  const wanted = otherCpuWants(m, ROUTE_AT, () => true);
  addOtherVcpu(m, wiring, {
    ...begin(wiring.bql, wanted),
    'intx-update': {
      at: `${FILE} vfio_intx_update (vfio_intx_disable_kvm)`,
      emits: ['qemu:vfio_intx_update (0000:00:10.0) IRQ moved 10 -> 21'],
      call: wiring.disable,
    },
    'new-route': {
      at: `${FILE} vfio_intx_update (intx.route = *route)`,
      do: (s) => {
        s[rerouted] = 1;
      },
      call: wiring.enable,
    },
    'forced-eoi': { at: `${FILE} vfio_intx_update (vfio_intx_eoi: intx.pending is false)` },
    ...end(wiring.bql, null),
    ...SETTLED,
  });
}

const FILE_RETURN = `${FILE} vfio_intx_update (no route: returns)`;

const SETTLED: Readonly<Record<string, Step>> = {
  'route-settled': {
    at: 'Linux drivers/acpi/pci_link.c acpi_pci_link_set (nothing more is changed)',
    rest: true,
    when: () => false,
  },
};

function addOtherVcpu(m: ModelBuilder, { cpu }: IntxUpdateWiring, steps: Record<string, Step>): void {
  m.process(
    'vCPU 1',
    { kind: 'thread', cpu },
    procedure<string>(OTHER_VCPU_THREAD, 'pci_bus_fire_intx_routing_notifier', steps),
  );
}

const ROUTE_AT = 'Linux drivers/acpi/pci_link.c acpi_pci_link_set (_SRS)';

function begin(bql: Bql, wanted: Field): Record<string, Step> {
  return {
    'write-pirq-route': {
      at: `${ROUTE_AT}: writes the PIRQ register, which exits`,
      cost: 'userspaceExit',
      rest: true,
      when: (s) => s[wanted] === 1,
    },
    'other-vcpu-locks-bql': {
      at: 'QEMU softmmu/physmem.c prepare_mmio_access (qemu_mutex_lock_iothread)',
      cost: 'bqlLock',
      when: bql.isFree,
      do: (s) => {
        s[bql.owner] = BQL_OTHER_VCPU;
      },
    },
  };
}

/** `again`: what is done, and may be wanted once more. */
function end(bql: Bql, again: Field | null): Record<string, Step> {
  return {
    'other-vcpu-unlocks-bql': {
      at: 'QEMU softmmu/physmem.c flatview_write_continue (qemu_mutex_unlock_iothread)',
      do: (s) => {
        s[bql.owner] = BQL_FREE;
        if (again !== null) s[again] = 0;
      },
    },
  };
}
