import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { LINE_NEVER_LOWERED } from '../../../src/paths/virtio-interrupt-bugs.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { bugsOf } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const PATH = 'virtio/call-intx';
const MMIO = { arch: 'arm', transport: 'mmio', guest: 'busy' };

function explored(settings: PathSettings, isOn: boolean): Exploration {
  const bugs = { all: false, [LINE_NEVER_LOWERED.name]: isOn };
  const result = unwrap(finish(explorePath({ path: PATH, settings, facts: TEST_FACTS, bugs })));
  expect(result.complete).toBe(true);
  return result;
}

describe('a line of virtio that nobody lowers', { timeout: 120_000 }, () => {
  it.each<PathSettings>([
    { guest: 'busy', kick: 'sync' },
    { ...MMIO, kick: 'sync', trigger: 'level' },
    { arch: 'arm', guest: 'busy', kick: 'sync' },
  ])('%o: the guest is in its handler for ever, and it is not when QEMU lowers it', (settings) => {
    const { violations } = explored(settings, true);
    const storm = violations.find(({ property }) => property === LINE_NEVER_LOWERED.violates);
    expect(storm?.prefix.map(({ label }) => label)).toContain('leave-line-up');
    const cycle = storm?.cycle.map(({ label }) => label) ?? [];
    expect(cycle).toContain('call-handler');
    expect(cycle).toContain('not-our-interrupt');
    expect(explored(settings, false).violations).toEqual([]);
  });

  it('is no storm where the guest believes it to be an edge', () => {
    const settings = { ...MMIO, kick: 'sync', trigger: 'edge' };
    expect(explored(settings, true).violations).toEqual([]);
  });

  it('is in no release', () => {
    expect([...bugsOf(PATH)]).not.toContain(LINE_NEVER_LOWERED.name);
  });
});
