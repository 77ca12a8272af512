import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { ExplorationRequest } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { checkWiring } from '../../../src/analysis/properties.ts';
import { finish } from '../../../src/engine/explore.ts';
import { findPath } from '../../../src/paths/all-paths.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { VHOST_NOTIFIER_BUGS } from '../../../src/paths/vhost-notifier-bugs.ts';
import type { VhostNotifierOptions } from '../../../src/paths/vhost-notifier-settings.ts';
import { ringParts } from '../../../src/paths/virtio-ring-bugs.ts';
import { wireVirtio } from '../../../src/paths/wire-virtio.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { bugsOf, settingsOf } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const VHOST = 'virtio/notify-vhost';
const NET = { device: 'virtio-net', guest: 'busy' };

function factsOf(qemu: string): typeof TEST_FACTS {
  const guest = { ...TEST_FACTS.guest, pvEoi: 'off' as const };
  return { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu }, guest };
}

function explored(request: Partial<ExplorationRequest>): Exploration {
  const none = { path: VHOST, facts: factsOf('10.1'), bugs: { all: false } };
  return unwrap(finish(explorePath({ ...none, ...request })));
}

function violated({ violations }: Exploration): string[] {
  return violations.map(({ property }) => property);
}

describe(
  'vhost that takes a notifier and gives it back: all states seen, nothing lost',
  { timeout: 300_000 },
  () => {
    it.each<{ qemu: string; settings: PathSettings }>([
      { qemu: '10.1', settings: { notifiers: 'status' } },
      { qemu: '7.2', settings: { notifiers: 'vm-stop' } },
      { qemu: '10.1', settings: { notifiers: 'migration' } },
      // notifiers=link with QEMU 10.1 is in docs/questions.md.
      // QEMU of that time writes its own flag into a ring that vhost gets next.
      { qemu: '8.2', settings: { notifiers: 'link', eventIdx: 'off' } },
    ])('QEMU $qemu $settings', ({ qemu, settings }) => {
      const result = explored({ settings: { ...NET, ...settings }, facts: factsOf(qemu) });
      expect(result.complete).toBe(true);
      expect(result.states).toBeGreaterThan(20_000);
      expect(violated(result)).toEqual([]);
    });
  },
);

describe('what keeps a notification of a queue that vhost gets', { timeout: 300_000 }, () => {
  it('is that vhost looks at its tap: without it one is lost, also by a migration', () => {
    const change = 'migration';
    const ways = { kick: 'vhost', call: 'irqfd' } as const;
    const settings = settingsOf(VHOST, { ...NET, notifiers: change });
    const handover: VhostNotifierOptions = { change, bugs: new Set(), looksAtTap: false };
    const parts = { ...ringParts(new Set()), handover };
    const wiring = unwrap(wireVirtio('kick', ways, settings, factsOf('10.1'), parts));
    const { graph, findings } = finish(checkWiring(wiring, { maxStates: 2e6, marks: [], reduce: true }));
    expect(graph.complete).toBe(true);
    const lost = findings.find(({ property }) => property === 'no-lost-interrupt');
    const labels = lost?.prefix.map(({ step }) => wiring.model.steps[step]?.label ?? '') ?? [];
    // The count with which the eventfd is made does bring a work, which comes too early.
    expect(labels.lastIndexOf('set-vring-kick')).toBeLessThan(labels.lastIndexOf('lock-vq'));
    expect(labels.lastIndexOf('lock-vq')).toBeLessThan(labels.lastIndexOf('set-backend'));
    expect(labels.lastIndexOf('set-backend')).toBeGreaterThan(labels.lastIndexOf('add-packet'));
  });
});

describe('known bugs of vhost and notifiers', { timeout: 300_000 }, () => {
  const way = (
    bug: string,
    qemu = '10.1',
    others: PathSettings = {},
  ): { properties: string[]; labels: string[] } => {
    const needs = findPath(VHOST)?.info.bugs.find(({ name }) => name === bug)?.needs ?? {};
    const settings = { ...needs, ...others };
    const bugs = { all: false, [bug]: true };
    const result = explored({ settings, bugs, facts: factsOf(qemu), stopAtViolation: true });
    const labels = result.violations[0]?.prefix.map(({ label }) => label) ?? [];
    return { properties: violated(result), labels };
  };

  it.each(['vm-stop', 'migration'])(
    'notifier-before-index: QEMU looks at the queue before it has asked for the index (%s)',
    (notifiers) => {
      const { properties, labels } = way('notifier-before-index', '10.1', { notifiers });
      expect(properties).toEqual(['no-stale-index']);
      expect(labels.at(-1)).toBe('notify-queue-of-vhost');
      expect(labels).toContain('get-descriptor');
      expect(labels).not.toContain('get-vring-base');
    },
  );

  it('notify-past-vhost: QEMU handles a notification when vhost has taken from the queue', () => {
    const { properties, labels } = way('notify-past-vhost');
    expect(properties).toEqual(['no-stale-index']);
    expect(labels.at(-1)).toBe('notify-queue-of-vhost');
    expect(labels.at(-2)).toBe('write-notify-register');
    expect(labels.lastIndexOf('get-descriptor')).toBeGreaterThan(labels.lastIndexOf('set-backend'));
  });

  it('closed-notifier: KVM is told of a descriptor that is closed', () => {
    const { properties, labels } = way('closed-notifier');
    expect(properties).toEqual(['no-use-after-close']);
    expect(labels.at(-1)).toBe('unset-own-notifier');
    expect(labels).toContain('clean-own-notifier');
  });

  it('follow the versions of QEMU', () => {
    const present = (qemu: string): string[] => {
      const active = bugsOf(VHOST, {}, factsOf(qemu));
      return VHOST_NOTIFIER_BUGS.map(({ name }) => name).filter((name) => active.has(name));
    };
    expect(present('0.14')).toEqual(['notifier-before-index', 'notify-past-vhost']);
    expect(present('4.1')).toEqual(['notify-past-vhost']);
    expect(present('7.2')).toEqual([]);
    expect(present('10.1')).toEqual([]);
  });
});

describe('settings that do not go together', () => {
  it.each<[PathSettings, RegExp]>([
    [{ device: 'vhost-scsi', notifiers: 'vm-stop' }, /device=virtio-net/],
    [{ ...NET, notifiers: 'link', call: 'intx' }, /without MSI-X/],
    [{ ...NET, notifiers: 'link', transport: 'modern-pio' }, /modern-pio/],
  ])('%o', (settings, why) => {
    const result = finish(explorePath({ path: VHOST, settings, facts: TEST_FACTS }));
    expect(result.ok ? '' : result.error).toMatch(why);
  });
});
