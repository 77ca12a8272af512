import type { Model } from '../src/engine/compile.ts';
import { explore, finish } from '../src/engine/explore.ts';
import { hasSpin, searchWithSpin } from '../test/unit/engine/spin.ts';
import { philosophers } from '../test/unit/engine/textbook.ts';
import { measure, RUNS, summarize } from './measure.mts';
import type { Measurement } from './measure.mts';

const MAX_STATES = 20_000_000;
const SPIN_OPTIONS = 'gcc -O2, no reduction, depth first';

/** All states of a model; nothing is checked in them. */
export function exploration(name: string, model: Model): Measurement {
  const search = () => finish(explore(model, { maxStates: MAX_STATES }));
  const { transitions, states, complete } = search();
  if (!complete) throw new Error(`${name} has more than ${String(MAX_STATES)} states`);
  const perState = (transitions / states.size).toFixed(1);
  return measure(
    name,
    'states',
    () => search().states.size,
    `${String(model.stateBytes)} bytes, ${perState} transitions a state`,
  );
}

/** The same philosophers for us and for SPIN; both must find the same number of states. */
export function againstSpin(count: number): Measurement[] {
  const ours = exploration(`${String(count)} philosophers`, philosophers(count));
  if (!hasSpin()) return [ours];
  const model = { name: 'philosophers', defines: [`N=${String(count)}`] };
  const samples = searchWithSpin(model, RUNS).map(({ states, searchNs }) => {
    if (states !== ours.count)
      throw new Error(`SPIN finds ${String(states)}, not ${String(ours.count)} states`);
    return { count: states, timeNs: searchNs };
  });
  return [ours, summarize('SPIN', 'states', samples, SPIN_OPTIONS)];
}

/** An interrupt path for us, and for SPIN as a model of its own: the same path, other steps and so other states. */
export function pathAgainstSpin(path: string, ours: Model, defines: readonly string[]): Measurement[] {
  const measured = exploration(path, ours);
  if (!hasSpin()) return [measured];
  const samples = searchWithSpin({ name: path.replace('/', '-'), defines }, RUNS).map(
    ({ states, searchNs }) => ({ count: states, timeNs: searchNs }),
  );
  return [measured, summarize('SPIN, its own model of it', 'states', samples, SPIN_OPTIONS)];
}
