import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { IOAPIC } from '../parties.ts';
import type { IoapicPin } from './ioapic.ts';
import { MMIO_DONE } from './vcpu-state.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

const FILE = 'Linux arch/x86/kvm/ioapic.c';

/**
 * Numbers of accesses to the IOAPIC in KVM, among those that a vCPU can trap on: behind those to one in QEMU. The two
 * registers that there are select one of the others and read or write it; here a write is known by what it does.
 */
export const IOREGSEL_WRITE = 8;
export const IOWIN_READ = 9;
/** Of the lower half of a redirection entry. */
export const IOWIN_WRITE_MASKED = 10;
export const IOWIN_WRITE_UNMASKED = 11;
/** Of the upper half, with the number of another vCPU. */
export const IOWIN_WRITE_DESTINATION = 12;
/** The largest of them. */
export const KVM_IOAPIC_REGISTERS = IOWIN_WRITE_DESTINATION;

/** Guest physical addresses: the IOAPIC of every PC. */
export const KVM_IOAPIC_ADDRESS: Readonly<Record<number, number>> = {
  [IOREGSEL_WRITE]: 0xfec0_0000,
  [IOWIN_READ]: 0xfec0_0010,
  [IOWIN_WRITE_MASKED]: 0xfec0_0010,
  [IOWIN_WRITE_UNMASKED]: 0xfec0_0010,
  [IOWIN_WRITE_DESTINATION]: 0xfec0_0010,
};

/** Accesses to the IOAPIC's registers, which KVM performs itself. */
export interface IoapicMmio {
  readonly isAddressed: (s: State) => boolean;
  /** What an access goes to once it is decoded; the last of them goes to `next`. */
  readonly steps: (next: string) => Record<string, Step>;
}

/** What the registers are bound to. */
export interface IoapicMmioWiring {
  readonly vcpu: X86Vcpu;
  readonly pin: IoapicPin;
  /** What a write that unmasks the pin does, and when there is anything to do. */
  readonly unmasked: { readonly isDue: (s: State) => boolean; readonly procedure: Procedure };
}

/**
 * The registers of the IOAPIC as a guest that masks and unmasks its pin uses them.
 * Source: Linux arch/x86/kvm/ioapic.c `ioapic_mmio_write`, `ioapic_write_indirect` (6.12), x86.c `vcpu_mmio_write`.
 */
export function ioapicMmio({ vcpu, pin, unmasked }: IoapicMmioWiring): IoapicMmio {
  const { masked } = pin;
  return {
    isAddressed: (s) => (s[vcpu.mmioRegister] as number) in KVM_IOAPIC_ADDRESS,
    steps: (next) => ({
      'ioapic-mmio': {
        at: `${FILE} ioapic_mmio_write, ioapic_mmio_read, ioapic_write_indirect`,
        cost: 'ioapicSetIrq',
        do: (s) => {
          const register = s[vcpu.mmioRegister];
          s[vcpu.mmio] = MMIO_DONE;
          if (masked === null) return next;
          if (register === IOWIN_WRITE_MASKED) s[masked] = 1;
          if (register !== IOWIN_WRITE_UNMASKED) return next;
          s[masked] = 0;
          return unmasked.isDue(s) ? undefined : next;
        },
        call: unmasked.procedure,
      },
      'rte-written': { at: `${FILE} ioapic_write_indirect`, do: () => next },
    }),
  };
}

/** Whether an unmasked pin is held pending, so that it would be sent now. */
export function isHeldPending({ irr, remoteIrr }: IoapicPin): (s: State) => boolean {
  return (s) => s[irr] === 1 && s[remoteIrr] === 0;
}

/**
 * A pin that is unmasked while an assertion is held pending, with a resampler: that is asked instead of the guest being
 * interrupted, since the device may have gone quiet meanwhile. KVM holds `ioapic->lock` all the while and clears the
 * pending bit last; as nobody else can look at it before, it is cleared first here.
 * Source: Linux arch/x86/kvm/ioapic.c `ioapic_write_indirect`, virt/kvm/eventfd.c `kvm_notify_irqfd_resampler` (fef8f2b90edb,
 * 2023).
 */
export function resampleAtUnmask({ irr }: IoapicPin, resample: Procedure): Procedure {
  return procedure(IOAPIC, 'ioapic_write_indirect', {
    'resample-at-unmask': {
      at: 'Linux virt/kvm/eventfd.c kvm_notify_irqfd_resampler (from ioapic_write_indirect)',
      cost: 'resamplerAck',
      emits: ['function:kvm_notify_irqfd_resampler'],
      do: (s) => {
        s[irr] = 0;
      },
      call: resample,
    },
  });
}
