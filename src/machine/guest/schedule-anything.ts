import type { State } from '../../engine/state.ts';
import type { Step } from '../../engine/step.ts';
import { EXIT_HLT, trap } from '../kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';

/** A guest with one program that may want something of its device. */
export interface AnyGuest {
  readonly vcpu: X86Vcpu;
  /** A guest that is busy never halts. */
  readonly load: 'idle' | 'busy';
  readonly submits: (s: State) => boolean;
}

/**
 * What a guest of a real host does is anything: code that runs with interrupts off, or HLT though the program will go
 * on, since something else wakes it. How often, nobody can say. HLT directly behind STI comes before the exit for an
 * interrupt window (trace X2-blk-iothread). `submit` is the step that does what the program wants.
 */
export function scheduleAnything({ vcpu, load, submits }: AnyGuest, submit: string): Step {
  return {
    at: 'Linux kernel/sched/core.c schedule, arch/x86/kernel/process.c default_idle (sti; hlt), any other code',
    cost: 'surroundings',
    rest: true,
    // A guest that can take an interrupt that KVM waits to inject leaves before it does anything.
    when: (s) => s[vcpu.injected] === 1 || s[vcpu.interruptFlag] === 0 || s[vcpu.irqWindow] === 0,
    choose: (s) => {
      if (s[vcpu.injected] === 1) return 1;
      if (s[vcpu.interruptFlag] === 0) return load === 'idle' ? 2 : 1;
      return submits(s) ? 2 : 1;
    },
    do: (s, choice) => {
      if (s[vcpu.injected] === 1) return 'take-interrupt';
      const wasOn = s[vcpu.interruptFlag] === 1;
      if (wasOn && choice === 1) return submit;
      s[vcpu.interruptFlag] = wasOn ? 0 : 1;
      if (choice === 1) trap(s, vcpu, EXIT_HLT);
      return 'schedule';
    },
  };
}
