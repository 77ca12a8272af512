import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { ExplorationRequest } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { checkWiring } from '../../../src/analysis/properties.ts';
import { finish } from '../../../src/engine/explore.ts';
import { findPath } from '../../../src/paths/all-paths.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import type { NotifierOptions } from '../../../src/paths/virtio-notifier-settings.ts';
import { NOTIFIER_BUGS } from '../../../src/paths/virtio-notifier-bugs.ts';
import { wireVirtio } from '../../../src/paths/wire-virtio.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { bugsOf, settingsOf } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const IOEVENTFD = 'virtio/notify-ioeventfd';
const IOTHREAD = 'virtio/notify-iothread';
const FACTS = { ...TEST_FACTS, guest: { ...TEST_FACTS.guest, pvEoi: 'off' as const } };
const BLOCKED = { guest: 'busy', pollMaxNs: 0 };

function explored(request: Pick<ExplorationRequest, 'path'> & Partial<ExplorationRequest>): Exploration {
  return unwrap(finish(explorePath({ facts: FACTS, bugs: { all: false }, ...request })));
}

function violated({ violations }: Exploration): string[] {
  return violations.map(({ property }) => property);
}

describe(
  'notifiers that start and stop: all states seen, no notification is lost',
  { timeout: 300_000 },
  () => {
    it.each<{ path: string; settings: PathSettings }>([
      { path: IOEVENTFD, settings: { notifiers: 'status', guest: 'busy' } },
      { path: IOEVENTFD, settings: { notifiers: 'early-kick', guest: 'busy' } },
      { path: IOEVENTFD, settings: { notifiers: 'migration', destinationIoeventfd: 'off', guest: 'busy' } },
      { path: IOTHREAD, settings: { notifiers: 'status', ...BLOCKED } },
      { path: IOTHREAD, settings: { notifiers: 'vm-stop', ...BLOCKED } },
    ])('$path $settings', ({ path, settings }) => {
      const result = explored({ path, settings });
      expect(result.complete).toBe(true);
      expect(result.states).toBeGreaterThan(50_000);
      expect(violated(result)).toEqual([]);
    });
  },
);

describe('known bugs of notifiers', { timeout: 300_000 }, () => {
  const labels = ({ violations }: Exploration): string[] =>
    violations[0]?.prefix.map(({ label }) => label) ?? [];
  const needs = (path: string, name: string): PathSettings =>
    findPath(path)?.info.bugs.find((bug) => bug.name === name)?.needs ?? {};

  it('no-last-check: what KVM had signalled is forgotten with the eventfd', () => {
    const bug = 'no-last-check';
    const result = explored({
      path: IOEVENTFD,
      settings: needs(IOEVENTFD, bug),
      bugs: { all: false, [bug]: true },
    });
    expect(violated(result)).toContain('no-lost-interrupt');
    const way = labels(result);
    const signalled = way.lastIndexOf('signal-host-notifier');
    expect(signalled).toBeGreaterThan(0);
    expect(way.indexOf('clean-host-notifier')).toBeGreaterThan(signalled);
    expect(way.slice(signalled)).not.toContain('read-host-notifier');
    expect(way).not.toContain('test-and-clear');
  });

  it('handler-after-detach: the IOThread handles what it has read when the ioeventfd is gone', () => {
    const bug = 'handler-after-detach';
    const result = explored({
      path: IOTHREAD,
      settings: needs(IOTHREAD, bug),
      bugs: { all: false, [bug]: true },
      stopAtViolation: true,
    });
    expect(violated(result)).toEqual(['no-notifier-after-stop']);
    const way = labels(result);
    expect(way.at(-1)).toBe('enter-queue-handler');
    expect(way.lastIndexOf('read-host-notifier')).toBeLessThan(way.lastIndexOf('deassign-ioeventfd-memory'));
    expect(way).not.toContain('stop-done');
  });

  it('stale-notifier-fd: the main loop reads nothing again and again', () => {
    const bug = 'stale-notifier-fd';
    const result = explored({
      path: IOTHREAD,
      settings: needs(IOTHREAD, bug),
      bugs: { all: false, [bug]: true },
    });
    expect(violated(result)).toEqual(['no-storm']);
    const [violation] = result.violations;
    expect(labels(result)).toContain('leave-stale-handler');
    expect(new Set(violation?.cycle.map(({ process }) => process))).toEqual(new Set(['main loop']));
    expect(violation?.cycle.map(({ label }) => label)).toContain('read-stale-notifier');
  });

  it('drain-leaves-polling: the IOThread sleeps with notifications off', () => {
    const bug = 'drain-leaves-polling';
    const settings = { ...needs(IOTHREAD, bug), pvEoi: 'off' };
    const on = explored({
      path: IOTHREAD,
      settings,
      bugs: { all: false, [bug]: true },
      stopAtViolation: true,
    });
    expect(violated(on)).toEqual(['no-sleep-unnotified']);
    const way = labels(on);
    expect(way.at(-1)).toBe('end-polling');
    expect(way.lastIndexOf('begin-polling')).toBeLessThan(way.lastIndexOf('begin-drain'));
    expect(way).not.toContain('kick-after-drain');
    // All states of this machine are more than a test can see: as many again as it takes to find the bug ten times over.
    const off = explored({ path: IOTHREAD, settings, stopAtViolation: true, maxStates: 10 * on.states });
    expect(violated(off)).toEqual([]);
  });

  it('follow the versions of QEMU', () => {
    const present = (qemu: string): ReadonlySet<string> =>
      bugsOf(IOTHREAD, {}, { ...FACTS, host: { ...FACTS.host, qemu } });
    expect([...present('2.11')]).toEqual(['handler-after-detach']);
    expect([...present('7.2')]).toEqual([]);
    expect([...present('8.2')]).toEqual(['drain-leaves-polling']);
    expect([...present('10.1')]).toEqual([]);
    const early = bugsOf(IOEVENTFD, {}, { ...FACTS, host: { ...FACTS.host, qemu: '0.14' } });
    expect(NOTIFIER_BUGS.filter(({ name }) => early.has(name))).toEqual([]);
  });
});

describe('what keeps a notification when notifiers stop and start', { timeout: 300_000 }, () => {
  /** What is lost when the VM goes on with or without ioeventfd, and the start has its kick, the stop its last look, or not. */
  const lost = (options: Partial<NotifierOptions>): string[] => {
    const settings = settingsOf(IOEVENTFD, { notifiers: 'migration', guest: 'busy' });
    const all: NotifierOptions = {
      change: 'migration',
      goesOnSync: false,
      bugs: new Set(),
      kicksAtStart: true,
    };
    const ways = { kick: 'ioeventfd', call: 'userspace' } as const;
    const wiring = unwrap(wireVirtio('kick', ways, settings, FACTS, undefined, { ...all, ...options }));
    const { graph, findings } = finish(checkWiring(wiring, { maxStates: 2e6, marks: [], reduce: true }));
    expect(graph.complete).toBe(true);
    return findings.map(({ property }) => property);
  };
  const noCheck = new Set(['no-last-check']);

  it('either the last look or the kick at the start is enough', () => {
    expect(lost({ kicksAtStart: false })).not.toContain('no-lost-interrupt');
    expect(lost({ bugs: noCheck })).not.toContain('no-lost-interrupt');
  });

  it('without both it is lost', () => {
    expect(lost({ bugs: noCheck, kicksAtStart: false })).toContain('no-lost-interrupt');
  });

  it('before DRIVER_OK only the kick at the start finds it', () => {
    const early = { change: 'early-kick' } as const;
    expect(lost(early)).toEqual([]);
    expect(lost({ ...early, kicksAtStart: false })).toContain('no-lost-interrupt');
  });
});

describe('settings that do not go together', () => {
  it.each([
    [{ notifiers: 'vm-stop', call: 'intx' }, '10.1', 'without MSI-X'],
    [{ notifiers: 'migration', destinationIoeventfd: 'off' }, '7.2', 'from 9.0 on'],
  ])('%o, QEMU %s: %s', (settings, qemu, why) => {
    const facts = { ...FACTS, host: { ...FACTS.host, qemu } };
    const result = finish(explorePath({ path: IOEVENTFD, settings, facts }));
    expect(result.ok ? '' : result.error).toContain(why);
  });
});
