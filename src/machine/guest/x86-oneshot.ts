import type { Procedure, Step } from '../../engine/step.ts';
import {
  IOREGSEL_WRITE,
  IOWIN_READ,
  IOWIN_WRITE_MASKED,
  IOWIN_WRITE_UNMASKED,
} from '../kernel/ioapic-mmio.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { mmio } from './x86-end-interrupt.ts';

const FILE = 'Linux arch/x86/kernel/apic/io_apic.c';

/** A handler that runs in a thread, requested with IRQF_ONESHOT. */
export interface Oneshot {
  /** What the hard interrupt does instead of calling the handler, before it ends the interrupt. */
  readonly before: Record<string, Step>;
  /** What the thread does, from `run-thread` on. */
  readonly thread: Record<string, Step>;
}

/**
 * What a guest does around a threaded handler that was requested with IRQF_ONESHOT: the pin is masked in the IOAPIC
 * before the interrupt is ended, and unmasked when the thread has finished. Masking takes three accesses, unmasking two,
 * all to a page that no slot maps.
 * Source: Linux kernel/irq/chip.c `handle_fasteoi_irq`, kernel/irq/manage.c `irq_finalize_oneshot`,
 * arch/x86/kernel/apic/io_apic.c `mask_ioapic_irq`, `io_apic_sync`, `unmask_ioapic_irq` (6.12); no trace.
 */
export function x86Oneshot(vcpu: X86Vcpu, handler: Procedure): Oneshot {
  return {
    before: {
      ...mmio(vcpu, 'select-rte-to-mask', IOREGSEL_WRITE, `${FILE} mask_ioapic_irq (io_apic_write: index)`),
      ...mmio(vcpu, 'mask-rte', IOWIN_WRITE_MASKED, `${FILE} mask_ioapic_irq (io_apic_write: data)`),
      ...mmio(vcpu, 'sync-ioapic', IOWIN_READ, `${FILE} io_apic_sync`),
      'wake-thread': {
        at: 'Linux kernel/irq/handle.c __irq_wake_thread',
        cost: 'guestIrqFlow',
        marks: ['guest-irq'],
      },
    },
    thread: {
      'run-thread': { at: 'Linux kernel/irq/manage.c irq_thread_fn', cost: 'guestIrqFlow', call: handler },
      ...mmio(
        vcpu,
        'select-rte-to-unmask',
        IOREGSEL_WRITE,
        `${FILE} unmask_ioapic_irq (io_apic_write: index; from irq_finalize_oneshot)`,
      ),
      ...mmio(
        vcpu,
        'unmask-rte',
        IOWIN_WRITE_UNMASKED,
        `${FILE} unmask_ioapic_irq (io_apic_write: data; from irq_finalize_oneshot)`,
      ),
    },
  };
}
