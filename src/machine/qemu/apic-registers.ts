import { OTHER_READ } from '../hardware/pci-function.ts';

/**
 * Numbers of the registers of interrupt controllers that QEMU emulates, among those that a vCPU can trap on: behind
 * the device's own.
 */
export const IOAPIC_EOI_WRITE = 5;
export const APIC_TMR_READ = 6;
export const APIC_EOI_WRITE = 7;
/** The largest of them. */
export const APIC_REGISTERS = APIC_EOI_WRITE;

/** Guest physical addresses, as in trace X5-off; the trigger mode word is that of vectors 32 to 63, as all lines here have. */
export const APIC_ADDRESS: Readonly<Record<number, number>> = {
  [IOAPIC_EOI_WRITE]: 0xfec0_0040,
  [APIC_TMR_READ]: 0xfee0_0190,
  [APIC_EOI_WRITE]: 0xfee0_00b0,
};

/** Whether the register is one of an interrupt controller, which is never mapped into the guest. */
export function isApicRegister(register: number): boolean {
  return register >= IOAPIC_EOI_WRITE && register < OTHER_READ;
}
