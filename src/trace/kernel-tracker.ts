import { HandlerEvents } from './handler-events.ts';
import type { InterruptSource } from './interrupt-source.ts';
import { KernelState } from './kernel-state.ts';
import { LineEvents } from './line-events.ts';
import type { Thread } from './thread.ts';
import { inHardIrq } from './trace-event.ts';
import type { TraceEvent } from './trace-event.ts';
import { VcpuEvents } from './vcpu-events.ts';
import { VirtioEvents } from './virtio-events.ts';

/**
 * Follows host interrupts of VFIO through a trace of the kernel: who raises the guest's interrupt for them, who enters
 * the guest with it, who ends it. One event after the other, each looked at once.
 */
export class KernelTracker {
  readonly state = new KernelState();
  readonly #inHandlers: HandlerEvents;
  readonly #inThreads: ReadonlyMap<string, (event: TraceEvent, thread: Thread) => void>;

  constructor() {
    this.#inHandlers = new HandlerEvents(this.state);
    const virtio = new VirtioEvents(this.state);
    this.state.listener = { raised: (_event, injection) => virtio.sourceOf(injection) };
    // What the entry of the guest ends, the ones in front must have seen.
    this.#inThreads = together([
      virtio.handlers(),
      new LineEvents(this.state).handlers(),
      new VcpuEvents(this.state).handlers(),
    ]);
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
    for (const source of this.all()) source.end(true);
  }

  /** Every source that was found, in the order in which they appeared. */
  *all(): Iterable<InterruptSource> {
    yield* this.state.sources.values();
    yield* this.state.others;
  }
}

type Handler = (event: TraceEvent, thread: Thread) => void;

/** For each name of an event all that is done with it, one after the other. */
function together(groups: readonly Readonly<Record<string, Handler>>[]): ReadonlyMap<string, Handler> {
  const all = new Map<string, Handler>();
  for (const [name, handler] of groups.flatMap((group) => Object.entries(group))) {
    const earlier = all.get(name);
    all.set(
      name,
      earlier === undefined
        ? handler
        : (event, thread) => {
            earlier(event, thread);
            handler(event, thread);
          },
    );
  }
  return all;
}
