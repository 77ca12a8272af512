import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { ExplorationRequest } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { finish } from '../../../src/engine/explore.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { EOIFD } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

function explored(request: Omit<ExplorationRequest, 'facts' | 'path'>): Exploration {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, irqCpu: 1 } };
  return unwrap(finish(explorePath({ path: EOIFD, facts, ...request })));
}

function violated({ violations }: Exploration): string[] {
  return [...new Set(violations.map(({ property }) => property))].sort();
}

const REASSIGN = { lifetime: 'reassign', accesses: 2 };
const REACH = ['irqfd-refused'];

describe('a line that is taken away and given back again and again', { timeout: 120_000 }, () => {
  it.each([1, 2])('with %i irq source ids left: works for ever if each is given back', (sourceIds) => {
    const result = explored({ settings: { ...REASSIGN, sourceIds }, bugs: { all: false }, reach: REACH });
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(1000);
    expect(violated(result)).toEqual([]);
    expect(result.witnesses[0]?.reached).toBe(false);
  });

  it.each([1, 2, 3])('with %i ids left and the eoifd forgotten: is refused at last', (sourceIds) => {
    const bugs = { all: false, 'forgotten-close': true };
    const result = explored({ settings: { ...REASSIGN, sourceIds }, bugs, reach: REACH });
    expect(result.complete).toBe(true);
    expect(violated(result)).toEqual(['no-leaked-source-id']);
    const [witness] = result.witnesses;
    expect(witness?.reached).toBe(true);
    const labels = witness?.prefix.map(({ label }) => label) ?? [];
    // Each of the ids but the first was given to an irqfd, and none came back.
    expect(labels.filter((label) => label === 'assign-eoifd')).toHaveLength(sourceIds - 1);
    expect(labels.at(-1)).toBe('assign-irqfd');
    expect(labels).not.toContain('deassign-eoifd');
  });

  it('loses no cause that comes meanwhile, of a function that cannot be masked either', () => {
    const settings = { ...REASSIGN, sourceIds: 1, intxMask: 'broken' };
    const result = explored({ settings, bugs: { all: false } });
    expect(result.complete).toBe(true);
    expect(violated(result)).toEqual([]);
  });
});
