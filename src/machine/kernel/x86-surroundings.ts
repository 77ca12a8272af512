import type { State } from '../../engine/state.ts';
import type { Step } from '../../engine/step.ts';
import { RETURN } from '../../engine/step.ts';
import { MMIO_IDLE } from './vcpu-state.ts';
import * as x86 from './x86-vcpu.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

/**
 * What else goes on around a vCPU on a real x86 host: the guest is left at any time for things that have nothing to do
 * with the device, and other interrupts of the guest, its timer's and its console's, are injected before the device's.
 * The vCPU thread is taken to be on another CPU than the device's interrupts; where it is not, they are among what it
 * leaves the guest for. How often these things happen nobody can say.
 * Source: all traces X4 and X5, e.g. X4a-vfio-e1000-intx-irqfd.
 */
export interface X86Surroundings {
  /** In how many ways the guest can be left now; `forced` is what forces it out, if anything does. */
  readonly waysOut: (s: State, forced: number) => number;
  /** The reason of the exit that the choice stands for. */
  readonly exitReason: (forced: number, choice: number) => number;
  /** Whether the vCPU thread is in QEMU for another device, or for a register of the interrupt controllers. */
  readonly isForOther: (s: State) => boolean;
  /** In how many ways events can be injected before an entry: the second is that another interrupt of the guest goes first. */
  readonly waysToInject: (s: State) => number;
  /** That interrupt is delivered with the entry. With `isPending`, KVM wants to know when the device's can be. */
  readonly injectOther: (s: State, isPending: boolean) => void;
  /** In how many ways an entry can go: the second is that it is cancelled, since the guest's timer has expired. */
  readonly waysToEnter: (s: State) => number;
  /** KVM_RUN returns for another device. */
  readonly exitToQemu: Readonly<Record<string, Step>>;
}

/** Where an exit goes that QEMU handles for another device. */
export const EXIT_FOR_OTHER = 'exit-for-other';

/** What the guest is left for; an interrupt is the only one that needs no instruction, an open window needs RFLAGS.IF. */
const OTHER_EXITS = [
  x86.EXIT_OTHER_IRQ,
  x86.EXIT_OTHER_MSR,
  x86.EXIT_OTHER_TRAP,
  x86.EXIT_OTHER_PAGE,
  x86.EXIT_OTHER_IO,
  x86.EXIT_OTHER_MMIO,
  x86.EXIT_IRQ_WINDOW,
] as const;

/** The surroundings of a vCPU; `cancelsEntries` says whether an entry with an interrupt may be put off for another. */
export function x86Surroundings(vcpu: X86Vcpu, cancelsEntries = false): X86Surroundings {
  const { exitReason, interruptFlag, injected, mmio } = vcpu;
  return {
    waysOut: (s, forced) => {
      if (forced !== x86.EXIT_NONE) return 2;
      if (s[mmio] !== MMIO_IDLE) return 1;
      return OTHER_EXITS.length - (s[interruptFlag] === 1 ? 0 : 1);
    },
    exitReason: (forced, choice) => {
      if (forced !== x86.EXIT_NONE) return choice === 0 ? forced : x86.EXIT_OTHER_IRQ;
      return OTHER_EXITS[choice] as number;
    },
    isForOther: (s) => isForOther(s[exitReason] as number),
    waysToInject: (s) => (s[interruptFlag] === 1 && s[injected] === 0 ? 2 : 1),
    injectOther: (s, isPending) => {
      s[interruptFlag] = 0;
      if (isPending) s[vcpu.irqWindow] = 1;
    },
    waysToEnter: (s) => (cancelsEntries && s[injected] === 1 ? 2 : 1),
    exitToQemu: {
      [EXIT_FOR_OTHER]: {
        at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_ioctl (KVM_RUN returns, for another device of QEMU)',
        cost: 'userspaceExit',
        emits: [
          (s) =>
            `kvm:kvm_userspace_exit reason ${s[exitReason] === x86.EXIT_OTHER_IO ? 'KVM_EXIT_IO (2)' : 'KVM_EXIT_MMIO (6)'}`,
        ],
        marks: ['userspace-exit'],
        do: () => RETURN,
      },
    },
  };
}

/** Whether QEMU handles an exit of that reason for another device. */
export function isForOther(reason: number): boolean {
  return reason === x86.EXIT_OTHER_IO || reason === x86.EXIT_OTHER_MMIO;
}
