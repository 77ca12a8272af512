import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { simulate } from '../../../src/analysis/simulate.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const REAL = { surroundings: 'real' };

describe('a virtio disk on a host where other things go on', { timeout: 120_000 }, () => {
  it.each<{ path: string; settings: PathSettings }>([
    { path: 'virtio/notify-sync', settings: { ...REAL, pvEoi: 'off' } },
    { path: 'virtio/call-irqfd', settings: { ...REAL, pollMaxNs: 0 } },
    { path: 'virtio/call-intx', settings: { ...REAL, kick: 'sync' } },
  ])('$path $settings: nothing is lost', ({ path, settings }) => {
    const result = unwrap(finish(explorePath({ path, settings, facts: TEST_FACTS, bugs: { all: false } })));
    expect(result.complete).toBe(true);
    expect(result.violations).toEqual([]);
    expect(result.states).toBeGreaterThan(50_000);
  });

  it('is for traces and exploration: nobody knows how often such things happen', () => {
    const result = simulate({ path: 'virtio/notify-sync', facts: TEST_FACTS, settings: REAL });
    expect(result.ok ? '' : result.error).toContain('for traces and exploration');
  });

  it('is not there with APICv, which nobody has traced', () => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, apicv: 'on' as const } };
    const result = explorePath({ path: 'virtio/notify-sync', facts, settings: REAL });
    expect(() => unwrap(finish(result))).toThrow('surroundings=real needs');
  });
});
