import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { simulate } from '../../../src/analysis/simulate.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { INTX_IRQFD, INTX_SPLIT, INTX_USERSPACE } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const REAL = { surroundings: 'real' };
const SIMPLE = { napi: 'off', accesses: 1, mmapTimeoutMs: 0 };

describe('INTx on x86 on a host where other things go on', { timeout: 120_000 }, () => {
  it.each<{ path: string; settings: PathSettings }>([
    { path: INTX_IRQFD, settings: REAL },
    { path: INTX_SPLIT, settings: REAL },
    { path: INTX_USERSPACE, settings: { ...REAL, ...SIMPLE } },
  ])('$path $settings: without its known bugs nothing is wrong', ({ path, settings }) => {
    const result = unwrap(finish(explorePath({ path, settings, facts: TEST_FACTS, bugs: { all: false } })));
    expect(result.complete).toBe(true);
    expect(result.violations).toEqual([]);
    expect(result.states).toBeGreaterThan(10_000);
  });
});

describe('a run that begins with the BARs unmapped', () => {
  it('has no slot to take away for its first interrupt, and a timer that maps them again', () => {
    const settings = { barsAtStart: 'unmapped', mmapTimeoutMs: 2, periodUs: 1000 };
    const { steps } = unwrap(
      simulate({ path: INTX_USERSPACE, facts: TEST_FACTS, settings, interrupts: 1 }, 'all'),
    );
    const labels = steps.map(({ label }) => label);
    expect(labels).not.toContain('delete-slot');
    expect(labels).toContain('emulate-mmio');
    expect(labels.indexOf('create-slot')).toBeGreaterThan(labels.indexOf('emulate-mmio'));
  });
});
