import type { Steps } from '../base/steps.ts';
import { replayStatesBySteps } from '../engine/replay.ts';
import type { RunLog } from '../engine/run-log.ts';
import type { Observation } from '../engine/step.ts';
import type { State } from '../engine/state.ts';
import type { Wiring } from '../paths/wiring.ts';

/** One interrupt, from the assertion to the path being ready again. */
export interface Cycle {
  readonly interrupt: number;
  /** Index of the asserting step in the run, and the index after the cycle's last step. */
  readonly firstStep: number;
  endStep: number;
  readonly assertNs: number;
  /** First instruction of the guest's handler, or what else ends the latency; null if it never ran. */
  enterNs: number | null;
  /** Index of the step in the run at which that is; null if it never came. */
  enterStep: number | null;
  /** When the path was ready again; null if the run ended before. */
  readyNs: number | null;
  /**
   * Equal for cycles in which every process took the same steps: whether one thread was a little earlier than
   * another does not matter as long as nobody did anything else for it. A hash of 32 bits for each process.
   */
  shape: string;
}

/** A run cut into cycles, and what was counted from the first assertion on. */
export interface CycleScan {
  readonly cycles: readonly Cycle[];
  /** How many interrupts these were: where there are several sources, more than one may fall into a cycle. */
  readonly interrupts: number;
  /** How often each mark was seen. */
  readonly marks: ReadonlyMap<string, number>;
  /** How often each step (by its id) was taken in the cycles; null if the whole run counts. */
  readonly executed: ArrayLike<number> | null;
}

/** The text of an observation in the state after its step. */
export function observe(observation: Observation, after: State): string {
  return typeof observation === 'string' ? observation : observation(after);
}

/** Cycles between two reports of progress. */
const CYCLES_BETWEEN_REPORTS = 500;

/**
 * Cuts a run into cycles. One pass over the log; memory grows with the cycles, not with the steps. `progress` is told
 * from time to time how many there are. Some hundred steps of the log at a time.
 */
export function* scanCycles(
  wiring: Wiring,
  log: RunLog,
  progress?: (cycles: number) => void,
): Steps<CycleScan> {
  const { model, sources, isAtRest, takenMark = 'guest-irq', countsCyclesOnly = false } = wiring;
  const executed = countsCyclesOnly ? new Float64Array(model.steps.length) : null;
  const asserted = (s: State): boolean => sources.some((source) => source.asserted(s));
  const cycles: Cycle[] = [];
  const marks = new Map<string, number>();
  const hashes = new Int32Array(model.processes.length);
  let cycle: Cycle | null = null;
  let wasAsserted = false;
  let interrupts = 0;
  /** By source, the last cycle in which it was asserted. */
  const assertedIn = new Int32Array(sources.length).fill(-1);
  yield* replayStatesBySteps(model, log, (index, { id, process, step }, after) => {
    const isAsserted = asserted(after);
    if (isAsserted && !wasAsserted && cycle?.readyNs !== null) {
      const assertNs = log.timeNs[index] as number;
      cycle = {
        interrupt: cycles.length,
        firstStep: index,
        endStep: index + 1,
        assertNs,
        enterNs: null,
        enterStep: null,
        readyNs: null,
        shape: '',
      };
      cycles.push(cycle);
      if (cycles.length % CYCLES_BETWEEN_REPORTS === 0) progress?.(cycles.length);
      hashes.fill(0);
    }
    wasAsserted = isAsserted;
    if (isAsserted && cycle?.readyNs === null) {
      for (let i = 0; i < sources.length; i++) {
        if (assertedIn[i] === cycle.interrupt || sources[i]?.asserted(after) !== true) continue;
        assertedIn[i] = cycle.interrupt;
        interrupts++;
      }
    }
    if (cycle === null || (countsCyclesOnly && cycle.readyNs !== null)) return;
    if (executed !== null) executed[id] = (executed[id] as number) + 1;
    for (const mark of step.marks ?? []) {
      const name = observe(mark, after);
      marks.set(name, (marks.get(name) ?? 0) + 1);
      if (name === takenMark && cycle.enterStep === null) {
        cycle.enterNs = log.timeNs[index] as number;
        cycle.enterStep = index;
      }
    }
    if (cycle.readyNs !== null) return;
    hashes[process] = Math.imul((hashes[process] as number) ^ (id + 1), 0x01000193) + 0x9e37;
    cycle.endStep = index + 1;
    if (index > cycle.firstStep && isAtRest(after)) {
      cycle.readyNs = log.timeNs[index] as number;
      cycle.shape = hashes.join();
    }
  });
  for (const last of cycles) if (last.shape === '') last.shape = `unfinished ${hashes.join()}`;
  return { cycles, interrupts, marks, executed };
}
