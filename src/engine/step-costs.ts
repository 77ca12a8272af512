import type { CompiledProcess, Model } from './compile.ts';
import { jittered } from './jitter.ts';
import type { Costs, TimedRunOptions } from './run-options.ts';

/**
 * Cost of a step by id, before jitter.
 * Throws on a parameter that the costs do not have: a mistake in a machine part or a profile, not of a user.
 */
export function stepCosts(model: Model, costs: Costs): Float64Array {
  return Float64Array.from(model.steps, ({ step, label }) => {
    if (step.cost === undefined) return 0;
    const cost = costs[step.cost];
    if (cost === undefined) throw new Error(`step ${label}: there is no cost parameter "${step.cost}"`);
    return cost;
  });
}

/** What the `count`-th step of a process costs in a run, in nanoseconds; timers elapse exactly. */
export function sampledCost(
  base: number,
  process: CompiledProcess,
  count: number,
  options: Pick<TimedRunOptions, 'jitter' | 'seed'>,
): number {
  return process.context.kind === 'timer'
    ? base
    : jittered(base, options.jitter, options.seed, process.index, count);
}
