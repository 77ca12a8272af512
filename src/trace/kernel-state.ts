import { GuestInterrupts } from './guest-interrupts.ts';
import type { HostSource } from './host-source.ts';
import { injectionOf, labelOf } from './line-change.ts';
import { Thread } from './thread.ts';
import { addEvent, newCycle } from './trace-cycle.ts';
import type { Injection, Injector, TraceCycle } from './trace-cycle.ts';
import type { TraceEvent } from './trace-event.ts';

/** Somebody who follows what no host interrupt explains. */
export interface OtherInterruptListener {
  /** An interrupt of the guest was raised for nobody that is known. */
  readonly raised: (event: TraceEvent, thread: Thread, injection: Injection) => void;
  /** A line was lowered that is nobody's. */
  readonly lowered: (event: TraceEvent, thread: Thread, key: string) => void;
}

/** What the events of a kernel's trace have shown so far. */
export class KernelState {
  readonly sources = new Map<string, HostSource>();
  readonly guest = new GuestInterrupts();
  readonly listener: OtherInterruptListener;
  isArm = false;
  /** Injected on Arm, where no trace point says with which entry the guest gets it. */
  readonly undelivered = new Set<TraceCycle>();
  readonly vcpuThreads = new Set<Thread>();
  readonly #threads = new Map<number, Thread>();

  constructor(listener: OtherInterruptListener) {
    this.listener = listener;
  }

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
  only(test: (source: HostSource) => boolean): HostSource | undefined {
    let found: HostSource | undefined;
    for (const source of this.sources.values()) {
      if (!test(source)) continue;
      if (found !== undefined) return undefined;
      found = source;
    }
    return found;
  }

  /** The guest's interrupt is raised for a source; a new cycle begins if the last one has ended already. */
  inject(
    source: HostSource,
    event: TraceEvent,
    by: Injector,
    key: string,
    resampleSource: boolean,
    context: string,
  ): void {
    if (source.cycle === null || (source.cycle.ending !== null && by !== 'hard IRQ')) {
      source.begin(newCycle('signalled again', event));
    }
    const cycle = source.cycle as TraceCycle;
    if (cycle.injection === null) {
      cycle.injection = injectionOf(event, by, key, resampleSource);
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
