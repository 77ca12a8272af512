import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { checkWiring } from '../../../src/analysis/properties.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { Facts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { MASKED_UNSEEN } from '../../../src/paths/vhost-net-vector.ts';
import { wireVirtio } from '../../../src/paths/wire-virtio.ts';
import type { VirtioParts } from '../../../src/paths/wire-virtio.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { settingsOf } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const VHOST = 'virtio/notify-vhost';
const IRQFD = 'virtio/call-irqfd';
const FACTS: Facts = {
  host: { ...TEST_FACTS.host, cpus: 4 },
  guest: { ...TEST_FACTS.guest, pvEoi: 'off' },
};
/** The first vCPU only runs, so that all that the second does can be seen. */
const SECOND = { queues: '2', submitters: 'second', guest: 'busy' };
const NET = { ...SECOND, device: 'virtio-net' };

describe('two queues: all states seen, nothing lost on either', { timeout: 240_000 }, () => {
  const cases: readonly [string, PathSettings][] = [
    ['virtio/notify-ioeventfd', SECOND],
    ['virtio/notify-iothread', { ...SECOND, pollMaxNs: 0 }],
    [VHOST, NET],
    [IRQFD, { ...NET, vectorChange: 'mask' }],
  ];
  // Two million states.
  const both: [string, PathSettings] = [VHOST, { ...NET, submitters: 'both' }];
  it.each(process.env.IRQPATH_LONG === '1' ? [...cases, both] : cases)('%s %o', (path, settings) => {
    const result = unwrap(finish(explorePath({ path, settings, facts: FACTS, bugs: { all: false } })));
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(5000);
    expect(result.violations).toEqual([]);
  });
});

describe('what is lost of two queues is lost of the one that it was for', { timeout: 240_000 }, () => {
  it('a kick, if vhost looks once', () => {
    const parts: VirtioParts = { driverLooksAgain: true, deviceLooksAgain: false, pollsOnceMore: true };
    const settings = settingsOf(VHOST, { ...NET, queueDepth: 2 });
    const wiring = unwrap(wireVirtio('kick', { kick: 'vhost', call: 'irqfd' }, settings, FACTS, parts));
    const { graph, findings } = finish(checkWiring(wiring, { maxStates: 2e6, marks: [], reduce: true }));
    expect(graph.complete).toBe(true);
    const lost = findings.filter(({ property }) => property === 'no-lost-interrupt');
    expect(lost.map(({ source }) => source)).toEqual(['vq3']);
  });

  it('a masked vector whose eventfd is not looked at', () => {
    const settings = { ...NET, vectorChange: 'mask' };
    const bugs = { all: false, [MASKED_UNSEEN.name]: true };
    const { violations } = unwrap(finish(explorePath({ path: IRQFD, settings, facts: FACTS, bugs })));
    const lost = violations.find(({ property }) => property === 'no-lost-interrupt');
    expect(lost?.source).toBe('vq3');
    expect(lost?.prefix.some(({ process }) => process === 'vhost of pair 1')).toBe(true);
    expect(violations.some(({ source }) => source === 'vq1')).toBe(false);
  });
});
