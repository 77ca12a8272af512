import { HandlerEvents } from './handler-events.ts';
import { KernelState } from './kernel-state.ts';
import type { OtherInterruptListener } from './kernel-state.ts';
import { LineEvents } from './line-events.ts';
import type { Thread } from './thread.ts';
import { inHardIrq } from './trace-event.ts';
import type { TraceEvent } from './trace-event.ts';
import { VcpuEvents } from './vcpu-events.ts';

/**
 * Follows host interrupts of VFIO through a trace of the kernel: who raises the guest's interrupt for them, who enters
 * the guest with it, who ends it. One event after the other, each looked at once.
 */
export class KernelTracker {
  readonly state: KernelState;
  readonly #inHandlers: HandlerEvents;
  readonly #inThreads: ReadonlyMap<string, (event: TraceEvent, thread: Thread) => void>;

  constructor(listener: OtherInterruptListener) {
    this.state = new KernelState(listener);
    this.#inHandlers = new HandlerEvents(this.state);
    this.#inThreads = new Map(
      Object.entries({
        ...new LineEvents(this.state).handlers(),
        ...new VcpuEvents(this.state).handlers(),
      }),
    );
  }

  see(event: TraceEvent): void {
    const { name, task, cpu, flags } = event;
    if (task === null) return;
    if (name === 'irq:irq_handler_entry') this.#inHandlers.enter(event);
    else if (name === 'irq:irq_handler_exit') this.#inHandlers.leave(event);
    else if (flags === '' ? this.#inHandlers.source(cpu) !== null : inHardIrq(flags)) {
      const source = this.#inHandlers.source(cpu);
      if (source !== null) this.#inHandlers.inside(event, source);
    } else this.#inThreads.get(name)?.(event, this.state.thread(event));
  }

  /** The trace is over. */
  end(): void {
    for (const source of this.state.sources.values()) source.end(true);
  }
}
