import { measure } from './measure.mts';
import type { Measurement } from './measure.mts';
import { jittered } from '../src/engine/jitter.ts';

const EVENTS = 2_000_000;

/** Processes, and what an event of each costs in nanoseconds: of the same shape as a path, and nothing else. */
export const PROCESS_COSTS: readonly number[] = [783, 150, 200, 900, 330, 500, 1_000_000];

/** A binary heap of times and processes in typed arrays: what any event-driven simulator has at its heart. */
class EventQueue {
  readonly #time: Float64Array;
  readonly #process: Int32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#time = new Float64Array(capacity);
    this.#process = new Int32Array(capacity);
  }

  get nextTime(): number {
    return this.#time[0] as number;
  }

  push(time: number, process: number): void {
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#time[parent] as number) <= time) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#time[at] = time;
    this.#process[at] = process;
  }

  /** Takes the earliest event out and says whose it was. */
  pop(): number {
    const earliest = this.#process[0] as number;
    const size = --this.#size;
    const time = this.#time[size] as number;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && (this.#time[child + 1] as number) < (this.#time[child] as number)) child++;
      if ((this.#time[child] as number) >= time) break;
      this.#move(child, at);
      at = child;
    }
    this.#time[at] = time;
    this.#process[at] = this.#process[size] as number;
    return earliest;
  }

  #move(from: number, to: number): void {
    this.#time[to] = this.#time[from] as number;
    this.#process[to] = this.#process[from] as number;
  }
}

/** The loop of an event-driven simulator without anything to simulate: no state, no guards, no processors. */
export function bareEventQueue(): Measurement {
  return measure(
    'bare binary heap, TypeScript',
    'events',
    () => {
      const queue = new EventQueue(PROCESS_COSTS.length);
      PROCESS_COSTS.forEach((cost, process) => {
        queue.push(cost, process);
      });
      for (let event = 0; event < EVENTS; event++) {
        const now = queue.nextTime;
        const process = queue.pop();
        queue.push(now + jittered(PROCESS_COSTS[process] as number, 0.1, 1, process, event), process);
      }
      return EVENTS;
    },
    'no state, no guards, no effects',
  );
}
