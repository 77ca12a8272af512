import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import type { VcpuKick } from './vgic-listed.ts';

/** Why the guest stopped, in the terms of the `kvm_exit` trace point; nothing is kept of an exit that was handled. */
export const EXIT_REASONS = [
  'none',
  'DABT_LOW',
  'WFx',
  'IRQ',
  'OTHER',
  'OTHER_IRQ',
  'OTHER_TRAP',
  'OTHER_DABT',
  'OTHER_MMIO',
] as const;
export const EXIT_NONE = 0;
export const EXIT_DABT = 1;
export const EXIT_WFX = 2;
export const EXIT_IRQ = 3;
/** What has nothing to do with the device, before KVM has looked what it is: … */
export const EXIT_OTHER = 4;
/** … an interrupt of the host or of the guest's timer, … */
export const EXIT_OTHER_IRQ = 5;
/** … a call or a register that KVM handles, … */
export const EXIT_OTHER_TRAP = 6;
/** … a page of memory that is not there yet, … */
export const EXIT_OTHER_DABT = 7;
/** … or another device that QEMU emulates. */
export const EXIT_OTHER_MMIO = 8;

/** Stages of a guest access that QEMU emulates (`vcpu->mmio_needed` and what the guest waits for). */
export const MMIO_IDLE = 0;
export const MMIO_NEEDED = 1;
export const MMIO_DONE = 2;

/** What KVM and the guest share about one vCPU. */
export interface Vcpu extends VcpuKick {
  /** 1 while the CPU executes the guest. */
  readonly inGuest: Field;
  /** `vcpu->mode == IN_GUEST_MODE`: who kicks must send an IPI. */
  readonly mode: Field;
  /** KVM_REQ_IRQ_PENDING. */
  readonly requested: Field;
  /** A reschedule IPI that the CPU has not taken yet. */
  readonly ipi: Field;
  /** Whether KVM has interrupts off on the vCPU's CPU. */
  readonly irqsOff: Field;
  readonly exitReason: Field;
  readonly mmio: Field;
  /** Which device register the trapped access is for, a number of the device; 0 when no access is under way. */
  readonly mmioRegister: Field;
}

/** Adds one vCPU's state; `registers` is the largest number of a device's register. Source: Linux arch/arm64/kvm/arm.c, virt/kvm/kvm_main.c `kvm_vcpu_kick`. */
export function vcpuState(m: ModelBuilder, registers = 10): Vcpu {
  const mode = m.field('vCPU mode', { values: ['outside guest', 'in guest'] });
  const requested = m.field('KVM_REQ_IRQ_PENDING', { values: ['clear', 'set'] });
  const ipi = m.field('IPI', { values: ['none', 'pending'] });
  const irqsOff = m.field('host interrupts', { values: ['on', 'off'] });
  return {
    inGuest: m.field('guest mode', { values: ['off', 'on'] }),
    mode,
    requested,
    ipi,
    irqsOff,
    exitReason: m.field('exit reason', { values: EXIT_REASONS }),
    mmio: m.field('MMIO', { values: ['idle', 'needed', 'done'] }),
    mmioRegister: m.field('MMIO register', { max: registers }),
    request: (s: State) => {
      s[requested] = 1;
      return s[mode] === 1;
    },
    // A CPU that has its interrupts on takes the IPI at once, and nothing remains of it.
    sendIpi: (s: State) => {
      s[ipi] = s[irqsOff] as number;
    },
  };
}
