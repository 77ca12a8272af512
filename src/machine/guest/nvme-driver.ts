import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { DOORBELL_WRITE } from '../hardware/msi-function.ts';
import type { MsiFunction } from '../hardware/msi-function.ts';
import type { MemorySlot } from '../kernel/memory-slot.ts';
import { NVME_DRIVER } from '../parties.ts';
import { mmioAccess } from './mmio-access.ts';
import type { TrappingVcpu } from './mmio-access.ts';

const AT = 'Linux drivers/nvme/host/pci.c';

/** What the guest's driver is wired to. */
export interface NvmeDriverWiring {
  readonly device: MsiFunction;
  readonly vcpu: TrappingVcpu;
  readonly slot: Pick<MemorySlot, 'mapped'>;
  /** Reason of the exit when its doorbell traps. */
  readonly exitReason: number;
}

/**
 * The interrupt handler of an NVMe driver: takes the completions from memory and tells the controller by a write. A
 * message whose completion an earlier call has taken finds nothing.
 * Source: Linux drivers/nvme/host/pci.c `nvme_irq`, `nvme_poll_cq` (6.12).
 */
export function nvmeIrq({ device, vcpu, slot, exitReason }: NvmeDriverWiring): Procedure {
  const { completions } = device;
  return procedure<string>(NVME_DRIVER, 'nvme_irq', {
    'poll-queue': {
      at: `${AT} nvme_poll_cq (nvme_cqe_pending: the phase bit in memory)`,
      cost: 'guestHandler',
      do: (s) => {
        if (s[completions] === 0) return 'irq-none';
        s[completions] = 0;
        return undefined;
      },
    },
    ...mmioAccess({
      label: 'ring-doorbell',
      next: 'irq-handled',
      at: `${AT} nvme_ring_cq_doorbell`,
      register: DOORBELL_WRITE,
      vcpu,
      exitReason,
      mapped: slot.mapped,
      // The controller learns that there is room in the queue, which here there always is.
      perform: () => undefined,
    }),
    'irq-handled': { at: `${AT} nvme_irq (returns IRQ_HANDLED)`, do: () => RETURN },
    'irq-none': { at: `${AT} nvme_irq (returns IRQ_NONE: nothing to do)`, marks: ['spurious'] },
  });
}
