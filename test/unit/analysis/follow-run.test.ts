import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { followRun } from '../../../src/analysis/follow-run.ts';
import { promisesOf } from '../../../src/analysis/properties.ts';
import { finish } from '../../../src/engine/explore.ts';
import { findPath } from '../../../src/paths/all-paths.ts';
import type { Wiring } from '../../../src/paths/wiring.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { IRQFD } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const BUG = findPath(IRQFD)!.info.bugs.find(({ name }) => name === 'oneshot-resample')!;
const SETTINGS = BUG.needs ?? {};

function wired(...bugs: readonly string[]): Wiring {
  return unwrap(findPath(IRQFD)!.wire(SETTINGS, TEST_FACTS, new Set(bugs)));
}

function explored(isOn: boolean, stopAtViolation: string | false = false): Exploration {
  const bugs = { all: false, [BUG.name]: isOn };
  return unwrap(
    finish(explorePath({ path: IRQFD, settings: SETTINGS, facts: TEST_FACTS, bugs, stopAtViolation })),
  );
}

describe('followRun', () => {
  const violation = explored(true).violations.find(({ property }) => property === BUG.violates)!;
  const run = [...violation.prefix, ...violation.cycle];

  it('repeats a run on its own machine, step by step', () => {
    const followed = followRun(wired(BUG.name).model, run);
    // Steps that nobody could tell are left out of a counterexample; what they do is not needed for the others.
    expect(followed.steps.map(({ label }) => label)).toEqual(run.map(({ label }) => label));
    expect(followed.turns).toEqual(run.map((_, i) => i));
  });

  it('shows how the machine without the bug goes another way at the same schedule', () => {
    const followed = followRun(wired().model, run);
    const labels = followed.turns.map((turn) => (turn === null ? null : followed.steps[turn]?.label));
    const differs = labels.findIndex((label, i) => label !== run[i]?.label);
    expect(differs).toBeGreaterThan(10);
    expect(differs).toBeLessThan(run.length);
    expect(followed.steps.flatMap(({ marks }) => marks)).not.toContain('spurious');
    expect(run.at(-1)?.marks).toContain('spurious');
  });
});

describe('a run of the explorer', () => {
  it('tells where the device begins to want service', () => {
    const [violation] = explored(true, BUG.violates).violations;
    expect(violation?.raised.length).toBeGreaterThan(0);
    for (const { step, source } of violation?.raised ?? []) {
      expect(violation?.prefix[step]?.home).toBe('hardware');
      expect(wired().sources.map(({ name }) => name)).toContain(source);
    }
  });

  it('is the first that violates the property that was asked for, if that is one of safety', () => {
    const first = explored(true, BUG.violates);
    expect(first.complete).toBe(false);
    expect(first.violations.map(({ property }) => property)).toContain(BUG.violates);
    expect(first.states).toBeLessThan(explored(true).states);
    // Known only when all has been seen.
    expect(explored(true, 'no-lost-interrupt').complete).toBe(true);
  });

  it('is judged by just what its machine promises', () => {
    const judged = explored(false).properties.map(({ name, source }) => ({ name, source }));
    expect(promisesOf(wired())).toEqual(judged);
  });
});
