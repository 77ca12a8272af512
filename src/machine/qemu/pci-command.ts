import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Observation, Procedure, Step } from '../../engine/step.ts';
import { otherCpuWants } from '../guest/other-cpu.ts';
import type { CommandWrites } from '../kernel/vfio-pci-config.ts';
import { OTHER_VCPU_THREAD } from '../parties.ts';
import { BQL_FREE, BQL_OTHER_VCPU } from './bql.ts';
import type { Bql } from './bql.ts';

/**
 * Adds another vCPU of the guest that sets and clears INTX_DISABLE of the function's COMMAND register again and again.
 * QEMU performs the write under the BQL. It ends with the bit clear.
 * Source: QEMU hw/vfio/pci.c `vfio_pci_write_config` (7.2); as a guest, Linux drivers/pci/pci.c `pci_intx`.
 */
export function addCommandWrites(
  m: ModelBuilder,
  wiring: {
    readonly bql: Bql;
    readonly cpu: number;
    readonly running: (s: State) => boolean;
    /** Whether the bit is set. */
    readonly isDisabled: (s: State) => boolean;
    readonly writes: CommandWrites;
    /** Whether VFIO has the function masked, as it must while the bit is set. */
    readonly isMasked: (s: State) => boolean;
  },
): void {
  const { running, isDisabled, isMasked, bql, writes } = wiring;
  const wanted = otherCpuWants(m, 'Linux drivers/pci/pci.c pci_intx', (s) => running(s) || isDisabled(s));
  const once: WriteWiring = { bql, wanted, marks: [] };
  const held = (s: State): string => (isMasked(s) ? 'still-masked' : 'unmasked-while-disabled');
  m.process(
    'vCPU 1',
    { kind: 'thread', cpu: wiring.cpu },
    procedure<string>(OTHER_VCPU_THREAD, 'vfio_pci_write_config', {
      ...write(once, 'disable', writes.disable),
      ...write({ ...once, marks: [held] }, 'enable', writes.enable),
    }),
  );
}

interface WriteWiring {
  readonly bql: Bql;
  readonly wanted: Field;
  readonly marks: readonly Observation[];
}

function write(
  { bql, wanted, marks }: WriteWiring,
  what: 'disable' | 'enable',
  perform: Procedure,
): Record<string, Step> {
  return {
    [`guest-${what}s-intx`]: {
      at: `Linux drivers/pci/pci.c pci_intx (${what === 'disable' ? 'sets' : 'clears'} INTX_DISABLE: the write exits)`,
      cost: 'userspaceExit',
      ...(what === 'disable' ? { rest: true } : {}),
      when: (s) => s[wanted] === 1,
    },
    [`lock-bql-to-${what}`]: {
      at: 'QEMU softmmu/physmem.c prepare_mmio_access (qemu_mutex_lock_iothread)',
      cost: 'bqlLock',
      when: bql.isFree,
      marks,
      do: (s) => {
        s[bql.owner] = BQL_OTHER_VCPU;
      },
    },
    [`write-command-${what}`]: {
      at: 'QEMU hw/vfio/pci.c vfio_pci_write_config (pwrite)',
      cost: 'regionAccess',
      call: perform,
    },
    [`unlock-bql-after-${what}`]: {
      at: 'QEMU softmmu/physmem.c flatview_write_continue (qemu_mutex_unlock_iothread)',
      do: (s) => {
        s[bql.owner] = BQL_FREE;
        s[wanted] = 0;
      },
    },
  };
}
