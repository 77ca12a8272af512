import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { finish } from '../../../src/engine/explore.ts';
import { SENT_MESSAGE_UNSEEN } from '../../../src/paths/virtio-interrupt-bugs.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { bugsOf } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const PATH = 'virtio/call-userspace';
const { name, violates, needs = {} } = SENT_MESSAGE_UNSEEN;

describe('a message of virtio behind one that is in service', { timeout: 240_000 }, () => {
  const explored = (isOn: boolean): Exploration => {
    const bugs = { all: false, [name]: isOn };
    const result = unwrap(finish(explorePath({ path: PATH, settings: needs, facts: TEST_FACTS, bugs })));
    expect(result.complete).toBe(true);
    return result;
  };

  it('is lost on a vGIC of 2016', () => {
    const { violations } = explored(true);
    expect(violations.map(({ property }) => property)).toEqual([violates]);
    const labels = violations[0]?.prefix.map(({ label }) => label) ?? [];
    const last = labels.lastIndexOf('inject-cached-lpi');
    expect(last).toBeGreaterThan(labels.indexOf('call-handler'));
    expect(labels.slice(last)).not.toContain('kick-again');
    expect(explored(false).violations).toEqual([]);
  });

  it('follows the kernel of the host', () => {
    const kernel = (release: string): typeof TEST_FACTS => ({
      ...TEST_FACTS,
      host: { ...TEST_FACTS.host, kernel: release },
    });
    expect(bugsOf(PATH, {}, kernel('4.8'))).toContain(name);
    expect(bugsOf(PATH, {}, kernel('6.12'))).not.toContain(name);
  });
});
