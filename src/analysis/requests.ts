import { distribution } from '../base/distribution.ts';
import type { Steps } from '../base/steps.ts';
import type { CompiledStep, Model } from '../engine/compile.ts';
import { replayStatesBySteps } from '../engine/replay.ts';
import type { RunLog } from '../engine/run-log.ts';
import type { State } from '../engine/state.ts';
import { readQueueMark } from '../machine/queue-marks.ts';
import { observe } from './cycles.ts';
import { isCountedExit } from './shapes.ts';
import type { QueueCounts, RequestSummary } from './simulation.ts';

/** What the device marks when it gives a request back. */
const DONE = 'request-used';

/** Counts the requests of a run; null if its device is given none. Some hundred steps of the log at a time. */
export function* summarizeRequests(model: Model, log: RunLog): Steps<RequestSummary | null> {
  if (!model.steps.some(({ step }) => step.marks?.includes(DONE))) return null;
  const marks = new Map<string, number>();
  const stalls = stallsOf(model);
  let lastNs = 0;
  yield* replayStatesBySteps(model, log, (index, step, after) => {
    const timeNs = log.timeNs[index] as number;
    for (const vcpu of stalls) vcpu.see(step, after, timeNs);
    for (const mark of step.step.marks ?? []) {
      const name = observe(mark, after);
      marks.set(name, (marks.get(name) ?? 0) + 1);
      if (name === DONE) lastNs = timeNs;
    }
  });
  const count = marks.get(DONE) ?? 0;
  const perRequest = (total: number): number => total / Math.max(1, count);
  const stallsNs = stalls.flatMap(({ lengthsNs }) => lengthsNs);
  const queues = perQueue(marks);
  const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
  return {
    count,
    kicksPerRequest: perRequest(marks.get('kick') ?? 0),
    callsPerRequest: perRequest(marks.get('call') ?? 0),
    exitsPerRequest: perRequest(sum([...marks].map(([name, times]) => (isCountedExit(name) ? times : 0)))),
    userspaceExitsPerRequest: perRequest(marks.get('userspace-exit') ?? 0),
    vcpuStallNs: distribution(stallsNs),
    vcpuStallNsPerRequest: perRequest(sum(stallsNs)),
    requestsPerSecond: lastNs === 0 ? 0 : (count / lastNs) * 1e9,
    ...(queues.length === 0 ? {} : { queues }),
  };
}

/** What was counted for each queue, in the order of their names; empty if there is one queue only. */
function perQueue(marks: ReadonlyMap<string, number>): QueueCounts[] {
  const names = [...marks.keys()].flatMap((mark) => readQueueMark(mark)?.queue ?? []);
  return [...new Set(names)].sort().map((queue) => {
    const counted = (what: string): number =>
      [...marks].reduce((sum, [mark, times]) => {
        const of = readQueueMark(mark);
        return of?.queue === queue && of.counts === what ? sum + times : sum;
      }, 0);
    return { queue, requests: counted(DONE), kicks: counted('kick'), calls: counted('call') };
  });
}

/** One for each vCPU of the model. */
function stallsOf({ processes }: Model): Stalls[] {
  return processes.flatMap(({ context }) => {
    if (context.kind !== 'guest') return [];
    const thread = processes.findIndex(({ name }) => name === context.vcpuThread);
    return [new Stalls(context.inGuest, thread)];
  });
}

/** Times for which a vCPU was out of the guest although it had something to do there. */
class Stalls {
  readonly lengthsNs: number[] = [];
  /** 1 while the vCPU is in the guest. */
  readonly #inGuest: number;
  readonly #thread: number;
  #wasIn = false;
  #leftNs: number | null = null;

  constructor(inGuest: number, thread: number) {
    this.#inGuest = inGuest;
    this.#thread = thread;
  }

  see({ step, process }: CompiledStep, after: State, timeNs: number): void {
    const isIn = after[this.#inGuest] === 1;
    if (this.#wasIn && !isIn) this.#leftNs = timeNs;
    // It slept: that was no stall.
    if (process === this.#thread && step.marks?.includes('halt-wakeup')) this.#leftNs = null;
    if (!this.#wasIn && isIn && this.#leftNs !== null) this.lengthsNs.push(timeNs - this.#leftNs);
    if (isIn) this.#leftNs = null;
    this.#wasIn = isIn;
  }
}
