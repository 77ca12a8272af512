import { distribution } from '../base/distribution.ts';
import type { CompiledStep, Model } from '../engine/compile.ts';
import { replayStates } from '../engine/replay.ts';
import type { RunLog } from '../engine/run-log.ts';
import type { State } from '../engine/state.ts';
import { observe } from './cycles.ts';
import { isCountedExit } from './shapes.ts';
import type { RequestSummary } from './simulation.ts';

/** What the device marks when it gives a request back. */
const DONE = 'request-used';

/** Counts the requests of a run; null if its device is given none. */
export function summarizeRequests(model: Model, log: RunLog): RequestSummary | null {
  if (!model.steps.some(({ step }) => step.marks?.includes(DONE))) return null;
  const marks = new Map<string, number>();
  const stalls = new Stalls(model);
  let lastNs = 0;
  replayStates(model, log, (index, step, after) => {
    const timeNs = log.timeNs[index] as number;
    stalls.see(step, after, timeNs);
    for (const mark of step.step.marks ?? []) {
      const name = observe(mark, after);
      marks.set(name, (marks.get(name) ?? 0) + 1);
      if (name === DONE) lastNs = timeNs;
    }
  });
  const count = marks.get(DONE) ?? 0;
  const perRequest = (total: number): number => total / Math.max(1, count);
  const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
  return {
    count,
    kicksPerRequest: perRequest(marks.get('kick') ?? 0),
    callsPerRequest: perRequest(marks.get('call') ?? 0),
    exitsPerRequest: perRequest(sum([...marks].map(([name, times]) => (isCountedExit(name) ? times : 0)))),
    userspaceExitsPerRequest: perRequest(marks.get('userspace-exit') ?? 0),
    vcpuStallNs: distribution(stalls.lengthsNs),
    vcpuStallNsPerRequest: perRequest(sum(stalls.lengthsNs)),
    requestsPerSecond: lastNs === 0 ? 0 : (count / lastNs) * 1e9,
  };
}

/** Times for which the vCPU was out of the guest although it had something to do there. */
class Stalls {
  readonly lengthsNs: number[] = [];
  /** 1 while the vCPU is in the guest; null if the model has no vCPU. */
  readonly #inGuest: number | null;
  #wasIn = false;
  #leftNs: number | null = null;

  constructor({ processes }: Model) {
    const context = processes.find(({ context: { kind } }) => kind === 'guest')?.context;
    this.#inGuest = context?.kind === 'guest' ? context.inGuest : null;
  }

  see({ step }: CompiledStep, after: State, timeNs: number): void {
    if (this.#inGuest === null) return;
    const isIn = after[this.#inGuest] === 1;
    if (this.#wasIn && !isIn) this.#leftNs = timeNs;
    // It slept: that was no stall.
    if (step.marks?.includes('halt-wakeup')) this.#leftNs = null;
    if (!this.#wasIn && isIn && this.#leftNs !== null) this.lengthsNs.push(timeNs - this.#leftNs);
    if (isIn) this.#leftNs = null;
    this.#wasIn = isIn;
  }
}
