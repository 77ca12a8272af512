import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { BugOverrides } from '../../../src/paths/bugs.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { RX_LIVELOCK } from '../../../src/paths/virtio-net-bugs.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { goldenCycles } from '../../support/golden-cycles.ts';
import { expectRunInGraph } from '../../support/run-in-graph.ts';
import { bugsOf, simulatePath, wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const VHOST = 'virtio/notify-vhost';
const IRQFD = 'virtio/call-irqfd';
const RECEIVE = { device: 'virtio-net', traffic: 'receive' };
/** Ends every interrupt by an exit, never halts, and has no event indices: the fewest states. */
const PLAIN = { ...RECEIVE, guest: 'busy', pvEoi: 'off', eventIdx: 'off' };

describe('golden runs of what vhost-net receives', () => {
  goldenCycles([
    { path: VHOST, name: 'net-receive', settings: { ...RECEIVE, queueDepth: 16 } },
    { path: VHOST, name: 'net-receive-no-buffer', settings: { ...RECEIVE, periodUs: 5 } },
    { path: IRQFD, name: 'vhost-net-receive', settings: { ...RECEIVE, queueDepth: 16 } },
  ]);
});

function explored(path: string, settings: PathSettings, bugs: BugOverrides = {}): Exploration {
  const result = unwrap(finish(explorePath({ path, settings, facts: TEST_FACTS, bugs })));
  expect(result.complete).toBe(true);
  return result;
}

describe('receiving through vhost-net', { timeout: 240_000 }, () => {
  it.each([IRQFD])('%s: all states seen, nothing lost', (path) => {
    const result = explored(path, PLAIN);
    expect(result.states).toBeGreaterThan(100_000);
    expect(result.violations).toEqual([]);
  });

  it.each<[PathSettings, number]>([
    [{}, 1],
    [{ queueDepth: 4, packetBuffers: 2 }, 2],
    [{ queueDepth: 8, eventIdx: 'off', guest: 'busy' }, 3],
    [{ queueDepth: 4, packetBuffers: 3, call: 'intx', periodUs: 20 }, 4],
  ])('%o: a timed run is one of the graph, and ends at rest', (settings, seed) => {
    expectRunInGraph(wire(VHOST, { ...RECEIVE, ...settings }, undefined, { all: false }), seed);
  });
});

describe('who wakes the worker for a packet', () => {
  const labelsOf = (settings: PathSettings): readonly string[] =>
    simulatePath(VHOST, { ...RECEIVE, ...settings }, { interrupts: 200 }).steps.map(({ label }) => label);
  const times = (labels: readonly string[], label: string): number =>
    labels.filter((each) => each === label).length;

  it('the tap does, once for all packets that come while it is awake', () => {
    const far = labelsOf({ queueDepth: 32, periodUs: 100 });
    expect(times(far, 'wake-vhost-for-rx-net')).toBe(200);
    const near = labelsOf({ queueDepth: 32, periodUs: 1 });
    expect(times(near, 'wake-vhost-for-rx-net')).toBeLessThan(150);
    expect(times(near, 'copy-packet')).toBe(200);
  });

  it('the guest does where it had no buffer left, and only then', () => {
    expect(times(labelsOf({ queueDepth: 32, periodUs: 100 }), 'handle-rx-kick')).toBe(0);
    expect(times(labelsOf({ periodUs: 5 }), 'handle-rx-kick')).toBeGreaterThan(20);
  });
});

describe('a packet that takes more buffers than there are', { timeout: 240_000 }, () => {
  const { name, needs = {} } = RX_LIVELOCK;

  it('rx-livelock: the worker looks for buffers again and again, and nobody else has a part in it', () => {
    const found = explored(VHOST, needs, { [name]: true }).violations;
    expect(found.map(({ property }) => property)).toEqual(['no-storm']);
    const labels = found[0]?.cycle.map(({ label }) => label) ?? [];
    expect(labels.toSorted()).toEqual(
      [
        'disable-notify-again',
        'enable-notify',
        'get-buffers',
        'look-again-at-avail',
        'peek-packet',
      ].toSorted(),
    );
  });

  it('without it, it waits for a notification: all states seen, no storm', () => {
    expect(explored(VHOST, needs, { [name]: false }).violations).toEqual([]);
  });

  it.each([
    ['5.17', []],
    ['5.18', [name]],
    ['6.12', [name]],
  ])('Linux %s has %o', (kernel, expected) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, kernel } };
    expect([...bugsOf(VHOST, {}, facts)].filter((bug) => bug === name)).toEqual(expected);
    const compares = wire(IRQFD, RECEIVE, facts).model.steps.find(
      ({ label }) => label === 'look-again-at-avail',
    );
    expect(compares?.step.at).toContain(
      expected.length === 0 ? 'with what was read before' : 'with last_avail_idx',
    );
  });
});
