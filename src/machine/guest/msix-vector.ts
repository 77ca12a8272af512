import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { ENABLE_SECOND_WRITE, MASK_WRITE, UNMASK_WRITE } from '../hardware/msi-function.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { GUEST_KERNEL } from '../parties.ts';
import { mmio } from './x86-end-interrupt.ts';
import type { GuestTask } from './x86-edge-guest.ts';

/** `mask` rewrites the vector's message again and again; `enable-second` takes one more vector into use, once. */
export type VectorChange = 'mask' | 'enable-second';

/** What a change of the guest's MSI-X table is wired to. */
export interface VectorChangeWiring {
  readonly vcpu: X86Vcpu;
  readonly running: (s: State) => boolean;
  readonly change: VectorChange;
  /** What is written to mask and to unmask; those of an assigned function if left out. */
  readonly registers?: { readonly mask: number; readonly unmask: number };
}

/**
 * Adds who asks for the change, and returns what the guest's kernel then does: it masks an entry, writes its message and
 * unmasks it (a new affinity), or unmasks another entry for the first time (a second queue).
 * Source: Linux drivers/pci/msi/msi.c `pci_write_msg_msix`, `pci_msix_unmask`, kernel/irq/manage.c (6.12).
 */
export function vectorChange(m: ModelBuilder, wiring: VectorChangeWiring): GuestTask {
  const { vcpu, running, change, registers = { mask: MASK_WRITE, unmask: UNMASK_WRITE } } = wiring;
  const wanted = m.field('MSI-X change', { values: ['none', 'wanted', 'done'] });
  m.process(
    'guest user space',
    { kind: 'hardware' },
    procedure(GUEST_KERNEL, 'guest user space', {
      'want-change': {
        at:
          change === 'mask'
            ? 'Linux kernel/irq/proc.c write_irq_affinity (irqbalance)'
            : 'Linux drivers/nvme/host/pci.c nvme_create_queue (one more queue)',
        cost: 'vectorChangePeriod',
        rest: true,
        when: (s) => running(s) && s[wanted] === 0,
        do: (s) => {
          s[wanted] = 1;
        },
      },
    }),
  );
  return {
    isWanted: (s) => s[wanted] === 1,
    procedure: change === 'mask' ? rewriteMessage(vcpu, wanted, registers) : enableSecond(vcpu, wanted),
  };
}

/** A write to the table, which QEMU emulates, and what follows when it is done. */
function tableWrite(
  vcpu: X86Vcpu,
  [label, at]: readonly [string, string],
  register: number,
  after?: (s: State) => void,
): Record<string, Step> {
  return mmio(vcpu, label, register, at, { cost: 'deviceAccess', ...(after ? { after } : {}) });
}

function rewriteMessage(
  vcpu: X86Vcpu,
  wanted: Field,
  { mask, unmask }: { readonly mask: number; readonly unmask: number },
): Procedure {
  const at = (what: string): string => `Linux drivers/pci/msi/msi.c pci_write_msg_msix (${what})`;
  return procedure<string>(GUEST_KERNEL, 'pci_write_msg_msix', {
    ...tableWrite(vcpu, ['mask-vector', at('masks the entry')], mask),
    // Address and data lie in between: two more writes that QEMU only stores.
    ...tableWrite(vcpu, ['unmask-vector', at('unmasks the entry')], unmask, (s) => {
      s[wanted] = 0;
    }),
  });
}

function enableSecond(vcpu: X86Vcpu, wanted: Field): Procedure {
  const at = 'Linux drivers/pci/msi/msi.c pci_msix_unmask (request_irq of a second vector)';
  return procedure<string>(GUEST_KERNEL, 'pci_msix_unmask', {
    ...tableWrite(vcpu, ['unmask-second-vector', at], ENABLE_SECOND_WRITE, (s) => {
      s[wanted] = 2;
    }),
  });
}
