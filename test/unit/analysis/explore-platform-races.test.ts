import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { ExplorationRequest } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { IRQFD, USERSPACE } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

function explored(request: Omit<ExplorationRequest, 'facts'>, irqCpu: number): Exploration {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, irqCpu } };
  return unwrap(finish(explorePath({ facts, ...request })));
}

function violated({ violations }: Exploration): string[] {
  return violations.map(({ property }) => property);
}

function labels({ violations }: Exploration): string[] {
  return violations[0]?.prefix.map(({ label }) => label) ?? [];
}

describe('lazy-disable with the host interrupt on another CPU than the vCPU', { timeout: 120_000 }, () => {
  it.each([IRQFD, USERSPACE])('%s: the second exception is taken for a new interrupt', (path) => {
    const on = explored({ path, bugs: { all: false, 'lazy-disable': true } }, 1);
    expect(violated(on)).toEqual(['no-spurious']);
    const way = labels(on);
    const second = way.indexOf('gic-exception', way.indexOf('gic-exception') + 1);
    // It is acknowledged before the line is unmasked, and looks at the flag after that.
    expect(second).toBeGreaterThan(0);
    expect(way.indexOf('unmask-line')).toBeGreaterThan(second);
    expect(way.lastIndexOf('handle-fasteoi')).toBeGreaterThan(way.indexOf('unmask-line'));
    expect(way).not.toContain('lazy-mask');
  });

  it.each([
    [IRQFD, {}],
    [IRQFD, { guest: 'busy' }],
    [USERSPACE, {}],
    [USERSPACE, { guest: 'busy', mmapTimeoutMs: 0 }],
  ] as const)('%s %o: nothing is wrong if the line is masked at once', (path, settings) => {
    const off = explored({ path, settings, bugs: { all: false } }, 1);
    expect(off.complete).toBe(true);
    expect(violated(off)).toEqual([]);
  });

  it('cannot happen where the vCPU runs on the CPU that takes the interrupt', () => {
    expect(violated(explored({ path: IRQFD, bugs: { all: false, 'lazy-disable': true } }, 0))).toEqual([]);
  });
});

describe('eoi-before-write', { timeout: 120_000 }, () => {
  const settings: PathSettings = { postedWrites: 'on' };

  it.each([0, 1])('host interrupt on CPU %i: the unmasked line is still up', (irqCpu) => {
    const on = explored({ path: IRQFD, settings, bugs: { all: false, 'eoi-before-write': true } }, irqCpu);
    expect(violated(on)).toEqual(['no-spurious']);
    const way = labels(on);
    expect(way.indexOf('end-interrupt')).toBeGreaterThan(way.indexOf('clear-status'));
    expect(way.slice(0, way.indexOf('end-interrupt'))).not.toContain('write-lands');
    const off = explored({ path: IRQFD, settings, bugs: { all: false } }, irqCpu);
    expect(off.complete).toBe(true);
    expect(violated(off)).toEqual([]);
  });

  it('is not there where a write is at the device at once', () => {
    const on = explored({ path: IRQFD, bugs: { all: false, 'eoi-before-write': true } }, 1);
    expect(violated(on)).toEqual([]);
  });

  it.each([{ lines: 2 }, { handlerContext: 'threaded' }])('%o is refused', (more) => {
    const result = finish(
      explorePath({ path: IRQFD, facts: TEST_FACTS, settings: { ...settings, ...more } }),
    );
    expect(result.ok ? '' : result.error).toContain('postedWrites=on needs');
  });
});
