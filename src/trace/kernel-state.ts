import { GuestInterrupts } from './guest-interrupts.ts';
import type { InterruptSource } from './interrupt-source.ts';
import { injectionOf, labelOf } from './line-change.ts';
import { Thread } from './thread.ts';
import { addEvent, newCycle } from './trace-cycle.ts';
import type { Injection, Injector, TraceCycle } from './trace-cycle.ts';
import type { TraceEvent } from './trace-event.ts';

/** Somebody who follows what no host interrupt explains. */
export interface OtherInterruptListener {
  /** An interrupt of the guest was raised for nobody that is known. Gives back whom it is for. */
  readonly raised: (event: TraceEvent, injection: Injection) => InterruptSource | null;
}

/** What the events of a kernel's trace have shown so far. */
export class KernelState {
  readonly sources = new Map<string, InterruptSource>();
  readonly guest = new GuestInterrupts();
  /** Those that no host interrupt belongs to. */
  readonly others = new Set<InterruptSource>();
  listener: OtherInterruptListener = { raised: () => null };
  isArm = false;
  /** Injected on Arm, where no trace point says with which entry the guest gets it. */
  readonly undelivered = new Set<TraceCycle>();
  readonly vcpuThreads = new Set<Thread>();
  readonly #threads = new Map<number, Thread>();

  /** The thread that an event happened in. */
  thread({ task }: TraceEvent): Thread {
    const pid = task?.pid ?? 0;
    let thread = this.#threads.get(pid);
    if (thread === undefined) {
      thread = new Thread(task?.comm ?? '');
      this.#threads.set(pid, thread);
    }
    return thread;
  }

  /** The one source that `test` holds for; undefined if there are several. */
  only(test: (source: InterruptSource) => boolean): InterruptSource | undefined {
    let found: InterruptSource | undefined;
    for (const source of this.sources.values()) {
      if (!test(source)) continue;
      if (found !== undefined) return undefined;
      found = source;
    }
    return found;
  }

  /** The guest's interrupt is raised for a source; a new cycle begins if the last one has ended already. */
  inject(
    source: InterruptSource,
    event: TraceEvent,
    by: Injector,
    key: string,
    resampleSource: boolean,
    context: string,
    via = '',
  ): void {
    const { cycle: last } = source;
    if (
      last === null ||
      (last.ending !== null && by !== 'hard IRQ') ||
      (source.isOwn && last.injection !== null)
    ) {
      source.begin(newCycle(source.isOwn ? 'injection' : 'signalled again', event));
    }
    const cycle = source.cycle as TraceCycle;
    if (cycle.injection === null) {
      cycle.injection = injectionOf(event, by, key, resampleSource, via);
      if (this.isArm) this.undelivered.add(cycle);
    }
    this.guest.stopWaiting(source);
    addEvent(cycle, context, labelOf(event), event);
  }

  /** Adds what a thread does for an interrupt; of a vCPU thread the exit around it is the interrupt's too. */
  add(cycle: TraceCycle, thread: Thread, event: TraceEvent, label: string): void {
    if (thread.role === 'vCPU') thread.span.own(cycle, thread.context);
    addEvent(cycle, thread.context, label, event);
  }
}
