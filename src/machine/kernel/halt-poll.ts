import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import { pendingForVcpu } from './vgic-listed.ts';
import type { VgicListed } from './vgic-listed.ts';

const SLEEP = 'poll-failed';
/** The timer that ends the window. */
const WINDOW = 'halt poll';

/** How a vCPU thread halts, whatever the architecture. */
export interface Halt {
  /** `kvm_vcpu_check_block`: there is an interrupt for the guest. */
  readonly hasInterrupt: (s: State) => boolean;
  /** The step of the run loop that a halted guest goes on with. */
  readonly loop: string;
  /** The step behind which the thread would sleep. */
  readonly after: string;
  /** Whether another thread wants its CPU, for which it stops polling. */
  readonly needResched: (s: State) => boolean;
}

/**
 * Lets a vCPU thread look for interrupts for a while before it sleeps: an interrupt that comes within the window is
 * entered with at once, a later one pays for the wake-up. The window is that of the vCPU (`vcpu->halt_poll_ns`), which
 * grows from 0 while halts are short and shrinks to 0 while they are longer than kvm.halt_poll_ns; that it adapts is not
 * modelled. The model has the two outcomes, the timed run the time.
 * Source: Linux virt/kvm/kvm_main.c `kvm_vcpu_halt`, `kvm_vcpu_can_poll` (6.12); Documentation/virt/kvm/halt-polling.rst.
 */
export function pollBeforeSleep(m: ModelBuilder, run: Procedure, halt: Halt): Procedure {
  const polling = m.field('halt polling', { values: ['no', 'yes'] });
  m.process(
    WINDOW,
    { kind: 'timer', armed: polling },
    procedure(KVM, 'halt poll', {
      'halt-poll-ends': {
        at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_can_poll (ktime_before(cur, stop) no more)',
        cost: 'haltPoll',
        rest: true,
        when: (s) => s[polling] === 1,
        do: (s) => {
          s[polling] = 0;
        },
      },
    }),
  );
  const steps: Record<string, Step> = {
    'start-halt-poll': {
      at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_halt (do_halt_poll)',
      arms: WINDOW,
      do: (s) => {
        s[polling] = 1;
      },
    },
    'poll-for-interrupt': {
      at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_halt (kvm_vcpu_check_block until kvm_vcpu_can_poll says no)',
      rest: true,
      // It keeps its CPU, as it does while the guest runs.
      runsGuest: true,
      when: (s) => s[polling] === 0 || halt.hasInterrupt(s) || halt.needResched(s),
      do: (s) => {
        s[polling] = 0;
        return halt.hasInterrupt(s) ? undefined : SLEEP;
      },
    },
    'halt-polled': {
      at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_halt (out: kvm_vcpu_wakeup, not waited)',
      cost: 'haltExit',
      emits: ['kvm:kvm_vcpu_wakeup poll'],
      marks: ['halt-wakeup'],
      do: () => halt.loop,
    },
    [SLEEP]: { at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_halt (kvm_vcpu_block)' },
  };
  return {
    ...run,
    steps: Object.fromEntries(
      Object.entries(run.steps).flatMap(([label, step]) => [
        [label, step],
        ...(label === halt.after ? Object.entries(steps) : []),
      ]),
    ),
  };
}

/** How a vCPU on Arm halts: in WFI. */
export function wfi(irqs: readonly VgicListed[]): Omit<Halt, 'needResched'> {
  return { hasInterrupt: (s) => pendingForVcpu(irqs, s), loop: 'check-requests', after: 'handle-wfi' };
}
