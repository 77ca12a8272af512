import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { finish } from '../../../src/engine/explore.ts';
import { CQ_EVENT_INDEX_STAYS, LINE_LOWERED_LATE } from '../../../src/paths/emulated-bugs.ts';
import type { KnownBug } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

function explored(
  bugs: Record<string, boolean>,
  { needs = {} }: Pick<KnownBug, 'needs'> = CQ_EVENT_INDEX_STAYS,
): Exploration {
  return unwrap(finish(explorePath({ path: 'emulated/line', settings: needs, facts: TEST_FACTS, bugs })));
}

describe('the line of an NVMe controller whose guest keeps shadow doorbells', { timeout: 240_000 }, () => {
  it('goes down where every doorbell moves the event index on', () => {
    const off = explored({ all: false });
    expect(off.complete).toBe(true);
    expect(off.violations).toEqual([]);
  });

  it('cq-event-index-stays: two completions, one doorbell, and a guest that is interrupted for ever', () => {
    const { violations } = explored({});
    expect(violations.map(({ property }) => property)).toEqual(['no-storm']);
    const prefix = violations[0]?.prefix.map(({ label }) => label) ?? [];
    const cycle = violations[0]?.cycle.map(({ label }) => label) ?? [];
    // Both were taken, each by a handler call of its own; the doorbell was rung once.
    expect(prefix.filter((label) => label === 'take-completion')).toHaveLength(2);
    expect(prefix.filter((label) => label === 'ring-cq-doorbell')).toHaveLength(1);
    expect(cycle).toContain('irq-none');
    expect(cycle).not.toContain('take-completion');
  });
});

describe('the line of an NVMe controller whose doorbells are eventfds', { timeout: 240_000 }, () => {
  it('goes down with the doorbell where that of the completion queue is none', () => {
    const off = explored({ all: false }, LINE_LOWERED_LATE);
    expect(off.complete).toBe(true);
    expect(off.violations).toEqual([]);
  });

  it('line-lowered-late: a guest that is interrupted for nothing for as long as the main loop does not run', () => {
    const { violations } = explored({ all: false, [LINE_LOWERED_LATE.name]: true }, LINE_LOWERED_LATE);
    expect(violations.map(({ property, starved }) => [property, starved])).toEqual([
      ['no-storm', ['main loop']],
    ]);
    expect(violations[0]?.prefix.map(({ label }) => label)).toContain('signal-cq-notifier');
    expect(violations[0]?.cycle.map(({ label }) => label)).toContain('irq-none');
  });
});
