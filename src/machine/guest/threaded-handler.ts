import type { State } from '../../engine/state.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { EXIT_DABT, MMIO_IDLE } from '../kernel/vcpu-state.ts';
import type { Vcpu } from '../kernel/vcpu-state.ts';

/** Numbers of the virtual distributor's registers among those that a vCPU can trap on, behind the devices' own. */
export const GICD_ICENABLER = 9;
export const GICD_ISENABLER = 10;

/** Addresses of the registers of SPI 144 on the virt machine, as in the traces. */
export const GICD_ADDRESS: Readonly<Record<number, number>> = {
  [GICD_ICENABLER]: 0x0800_0190,
  [GICD_ISENABLER]: 0x0800_0110,
};

/**
 * What a guest does around a threaded handler that was requested with IRQF_ONESHOT: the line is masked in its
 * distributor before the interrupt is ended, and unmasked when the thread has finished. Both writes trap into KVM.
 * Source: Linux kernel/irq/chip.c `handle_fasteoi_irq`, kernel/irq/manage.c `irq_finalize_oneshot`; trace
 * P1-gicv2-irqfd-on-threaded-oneshot.
 */
export function oneshotSteps(
  vcpu: Vcpu,
  handler: Procedure,
): { readonly before: Record<string, Step>; readonly after: Record<string, Step> } {
  return {
    before: {
      ...distributorWrite(
        vcpu,
        'mask-oneshot',
        GICD_ICENABLER,
        'kernel/irq/chip.c mask_irq (GICD_ICENABLER)',
      ),
      'wake-thread': {
        at: 'Linux kernel/irq/handle.c __irq_wake_thread',
        cost: 'guestIrqFlow',
        marks: ['guest-irq'],
      },
    },
    after: {
      'run-thread': { at: 'Linux kernel/irq/manage.c irq_thread_fn', cost: 'guestIrqFlow', call: handler },
      ...distributorWrite(
        vcpu,
        'unmask-oneshot',
        GICD_ISENABLER,
        'kernel/irq/manage.c irq_finalize_oneshot (GICD_ISENABLER)',
      ),
    },
  };
}

/** A write to the virtual distributor: it always traps. */
export function distributorWrite(
  vcpu: Vcpu,
  label: string,
  register: number,
  at: string,
): Record<string, Step> {
  return {
    [label]: {
      at: `Linux ${at}`,
      cost: 'deviceAccess',
      do: (s: State) => {
        s[vcpu.mmioRegister] = register;
        s[vcpu.exitReason] = EXIT_DABT;
        s[vcpu.inGuest] = 0;
      },
    },
    [`${label}-resumes`]: {
      at: `Linux ${at}`,
      do: (s: State) => {
        s[vcpu.mmioRegister] = 0;
        s[vcpu.mmio] = MMIO_IDLE;
      },
    },
  };
}
