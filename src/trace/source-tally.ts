import { detached } from '../base/detached.ts';
import { Samples } from './samples.ts';
import type { CycleEvent, TraceCycle } from './trace-cycle.ts';

/** Cycles in which every context did the same. */
export interface TraceShape {
  count: number;
  readonly labels: readonly string[];
  /** The events of the first such cycle. */
  readonly events: readonly CycleEvent[];
}

/** More shapes are counted together: a storm makes a new one every time. */
const MOST_SHAPES = 64;

/** What is known of the cycles of one source that took one path. */
export class SourceTally {
  cycles = 0;
  /** Where the first cycle begins; 0 if there is none. */
  firstLine = 0;
  score = 0;
  exits = 0;
  readonly why = new Map<string, { line: number; count: number }>();
  readonly latencies = new Samples();
  /** Cycles whose shape is not kept any more. */
  otherShapes = 0;
  readonly #shapes = new Map<string, TraceShape>();

  add(cycle: TraceCycle, score: number, why: readonly { line: number; text: string }[]): void {
    if (this.cycles++ === 0) this.firstLine = cycle.line;
    this.score += score;
    this.exits += cycle.exits;
    if (cycle.startNs !== null && cycle.deliveredNs !== null && cycle.deliveredNs >= cycle.startNs) {
      this.latencies.add(cycle.deliveredNs - cycle.startNs);
    }
    for (const { line, text } of why) {
      const known = this.why.get(text);
      if (known) known.count++;
      else this.why.set(text, { line, count: 1 });
    }
    this.#addShape(cycle.events);
  }

  /** The most frequent first. */
  shapes(): readonly TraceShape[] {
    return [...this.#shapes.values()].sort((a, b) => b.count - a.count);
  }

  #addShape(events: readonly CycleEvent[]): void {
    const byContext = new Map<string, string>();
    for (const { context, label } of events) {
      byContext.set(context, `${byContext.get(context) ?? context}\n${label}`);
    }
    const key = [...byContext.values()].sort().join('\n\n');
    const known = this.#shapes.get(key);
    if (known) known.count++;
    else if (this.#shapes.size < MOST_SHAPES) {
      const labels = events.map(({ context, label }) => `${context}: ${label}`);
      this.#shapes.set(key, { count: 1, labels, events: events.map(kept) });
    } else this.otherShapes++;
  }
}

/** What is kept of an event for as long as the trace is read. */
function kept({ context, label, event }: CycleEvent): CycleEvent {
  const { task, args } = event;
  return {
    context,
    label: detached(label),
    event: {
      ...event,
      args: detached(args),
      task: task === null ? null : { ...task, comm: detached(task.comm) },
    },
  };
}
