import type { ModelBuilder } from '../../engine/model.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { QEMU_NVME } from '../parties.ts';
import type { PciInterrupt } from './pci-interrupt.ts';

const FILE = 'QEMU hw/nvme/ctrl.c';

/** How an NVMe controller interrupts for its completion queue. */
export interface NvmeIrq {
  /** `nvme_irq_assert`. */
  readonly assert: Procedure;
  /** `nvme_irq_deassert`; null with messages, where it does nothing. */
  readonly deassert: Procedure | null;
}

/**
 * Adds it: with MSI-X a message each time, none is masked; with the line a bit that stays set until the queue is empty.
 * Source: QEMU hw/nvme/ctrl.c `nvme_irq_assert`, `nvme_irq_deassert`, `nvme_irq_check` (8.0 to 10.1).
 */
export function nvmeIrq(m: ModelBuilder, interrupt: PciInterrupt): NvmeIrq {
  if (interrupt.kind === 'msi') {
    return {
      assert: procedure(QEMU_NVME, 'nvme_irq_assert', {
        'notify-vector': {
          at: `${FILE} nvme_irq_assert (msix_notify, ${interrupt.sendAt})`,
          emits: ['qemu:pci_nvme_irq_msix raising MSI-X IRQ vector 1'],
          cost: 'deviceModel',
          call: interrupt.send,
        },
      }),
      deassert: null,
    };
  }
  const irqStatus = m.field('NVMe irq_status', { notable: true, values: ['clear', 'set'] });
  return {
    assert: procedure<string>(QEMU_NVME, 'nvme_irq_assert', {
      'assert-pin': {
        at: `${FILE} nvme_irq_assert, nvme_irq_check (pci_irq_assert)`,
        emits: ['qemu:pci_nvme_irq_pin pulsing IRQ pin'],
        cost: 'deviceModel',
        do: (s) => {
          const wasUp = s[irqStatus] === 1;
          s[irqStatus] = 1;
          return wasUp ? RETURN : undefined;
        },
        call: interrupt.raise,
      },
    }),
    deassert: procedure<string>(QEMU_NVME, 'nvme_irq_deassert', {
      'deassert-pin': {
        at: `${FILE} nvme_irq_deassert, nvme_irq_check (pci_irq_deassert)`,
        cost: 'deviceModel',
        do: (s) => {
          const wasUp = s[irqStatus] === 1;
          s[irqStatus] = 0;
          return wasUp ? undefined : RETURN;
        },
        call: interrupt.lower,
      },
    }),
  };
}
