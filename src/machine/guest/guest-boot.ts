import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { GicVersion } from '../hardware/gic-version.ts';
import { OTHER } from '../hardware/xgmac.ts';
import type { MemorySlot } from '../kernel/memory-slot.ts';
import type { Vcpu } from '../kernel/vcpu-state.ts';
import type { VgicIrq } from '../kernel/vgic.ts';
import { MAIN_LOOP, XGMAC_DRIVER } from '../parties.ts';
import { mmioAccess } from './mmio-access.ts';
import { distributorWrite, GICD_ISENABLER } from './threaded-handler.ts';

/** What starting a machine is wired to. */
export interface BootWiring {
  readonly gic: GicVersion;
  readonly irq: VgicIrq;
  readonly vcpu: Vcpu;
  readonly slot: MemorySlot;
  /** What unmasks the line again after the reset, if somebody had thought of it. */
  readonly rearm: Procedure | null;
  /** CPU of QEMU's main thread. */
  readonly cpu: number;
}

/** How far a machine has come. */
export interface Boot {
  readonly hasBooted: (s: State) => boolean;
}

const RESET = 1;
const BOOTED = 2;

/**
 * Adds the start of a machine, as far as a line can feel it: VFIO's interrupt is connected already, QEMU resets the
 * distributor, and a good while later the guest's driver configures the interrupt and touches the device once.
 * Source: QEMU hw/intc/arm_gic_kvm.c `kvm_arm_gic_put` at machine reset; traces P7 (the mechanism is inferred).
 */
export function addBoot(m: ModelBuilder, { gic, irq, vcpu, slot, rearm, cpu }: BootWiring): Boot {
  const stage: Field = m.field('machine', { values: ['starting', 'reset', 'booted'] });
  m.process(
    'QEMU start',
    { kind: 'thread', cpu },
    procedure<string>(MAIN_LOOP, 'qemu_machine_creation_done', {
      'reset-vgic': {
        at: `${gic.qemuReset} (machine reset)`,
        cost: 'machineReset',
        do: (s) => {
          irq.reset(s);
          s[stage] = RESET;
        },
        ...(rearm ? { call: rearm } : {}),
      },
      started: { at: 'QEMU softmmu/runstate.c qemu_main_loop', rest: true, when: () => false },
    }),
  );
  m.process(
    'guest boot',
    { kind: 'guest', vcpuThread: 'vCPU 0', inGuest: vcpu.inGuest },
    procedure<string>(XGMAC_DRIVER, 'xgmac_probe', {
      'boot-guest': {
        at: 'Linux init/main.c start_kernel',
        cost: 'guestBoot',
        when: (s) => s[stage] === RESET,
      },
      ...distributorWrite(
        vcpu,
        'configure-interrupt',
        GICD_ISENABLER,
        'kernel/irq/manage.c request_irq (GICD_ICFGR, GICD_ISENABLER)',
      ),
      ...mmioAccess({
        label: 'probe-device',
        next: 'probed',
        at: 'Linux drivers/net/ethernet/calxeda/xgmac.c xgmac_probe',
        register: OTHER,
        vcpu,
        mapped: slot.mapped,
        perform: () => undefined,
      }),
      probed: {
        at: 'Linux drivers/net/ethernet/calxeda/xgmac.c xgmac_open',
        do: (s) => {
          s[stage] = BOOTED;
        },
      },
      running: { at: 'Linux init/main.c', rest: true, when: () => false },
    }),
  );
  return { hasBooted: (s) => s[stage] === BOOTED };
}
