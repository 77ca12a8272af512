import { compile } from '../../../src/engine/compile.ts';
import type { Model } from '../../../src/engine/compile.ts';
import { ModelBuilder } from '../../../src/engine/model.ts';
import { runTimed } from '../../../src/engine/timed-run.ts';
import type { TimedRunOptions } from '../../../src/engine/run-options.ts';
import type { TimedRun } from '../../../src/engine/timed-run.ts';
import type { Party } from '../../../src/engine/step.ts';

/** A party for models that are about the engine alone. */
export const PARTY: Party = { name: 'toy', home: 'kernel' };

/** Builds a small model. */
export function build(describe: (m: ModelBuilder) => void): Model {
  const m = new ModelBuilder();
  describe(m);
  return compile(m);
}

/** Runs a small model with the scheduler's own costs at 0 unless told otherwise. */
export function run(model: Model, options: Partial<TimedRunOptions> = {}): TimedRun {
  return runTimed(model, {
    jitter: 0,
    wakeJitter: 0,
    seed: 1,
    arrivals: 1,
    maxSteps: 10_000,
    log: true,
    ...options,
    costs: { threadWake: 0, contextSwitch: 0, ...options.costs },
  });
}

/** What happened, as `time process label`. */
export function story(model: Model, { log }: TimedRun): string[] {
  return Array.from(log.step, (id, i) => {
    const step = model.steps[id];
    return `${String(log.timeNs[i])} ${model.processes[step?.process ?? 0]?.name ?? ''} ${step?.label ?? ''}`;
  });
}
