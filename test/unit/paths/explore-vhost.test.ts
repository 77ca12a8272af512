import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { checkWiring } from '../../../src/analysis/properties.ts';
import type { Summary } from '../../../src/analysis/simulation.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { wireVirtio } from '../../../src/paths/wire-virtio.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { settingsOf, simulatePath, wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const VHOST = 'virtio/notify-vhost';
const IRQFD = 'virtio/call-irqfd';
const INTX = 'virtio/call-intx';
const USER = 'virtio/notify-vhost-user';
const SCSI = { device: 'vhost-scsi' };
const USER_BLK = { device: 'vhost-user-blk' };
const AMD_7_2: Partial<HostFacts> = { vendor: 'amd', qemu: '7.2' };

describe(
  'a device of vhost: all states seen, no notification lost on either leg',
  { timeout: 240_000 },
  () => {
    it.each<[string, PathSettings, Partial<HostFacts>]>([
      [VHOST, {}, {}],
      [VHOST, { eventIdx: 'off', transport: 'legacy' }, AMD_7_2],
      [VHOST, { call: 'intx' }, {}],
      [IRQFD, SCSI, {}],
      [IRQFD, { ...SCSI, guest: 'busy', eventIdx: 'off' }, AMD_7_2],
      [INTX, SCSI, AMD_7_2],
      [INTX, { ...SCSI, guest: 'busy', transport: 'legacy' }, {}],
      [VHOST, { arch: 'arm' }, {}],
      [VHOST, { device: 'virtio-net' }, AMD_7_2],
      [VHOST, { device: 'virtio-net', eventIdx: 'off', queueDepth: 2, guest: 'busy', pvEoi: 'off' }, {}],
      [IRQFD, { device: 'virtio-net', guest: 'busy' }, {}],
      [INTX, { device: 'virtio-net', kick: 'vhost' }, {}],
      [INTX, { ...SCSI, arch: 'arm', transport: 'mmio' }, {}],
      [USER, {}, {}],
      [USER, { eventIdx: 'off', transport: 'legacy' }, AMD_7_2],
      [USER, { backend: 'poll' }, {}],
      [USER, { backend: 'poll', queueDepth: 2, guest: 'busy', pvEoi: 'off' }, {}],
      [USER, { backend: 'poll', call: 'intx' }, { cpus: 3 }],
      [IRQFD, USER_BLK, AMD_7_2],
      [IRQFD, { ...USER_BLK, backend: 'poll' }, {}],
      [INTX, USER_BLK, {}],
      [USER, { backend: 'poll', arch: 'arm', transport: 'mmio', call: 'intx' }, { cpus: 3 }],
    ])('%s %o %o', (path, settings, host) => {
      const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
      const result = unwrap(finish(explorePath({ path, settings, facts })));
      expect(result.complete).toBe(true);
      expect(result.states).toBeGreaterThan(500);
      expect(result.violations.map(({ property }) => property)).toEqual([]);
    });
  },
);

describe('what vhost looks at the ring again for', { timeout: 240_000 }, () => {
  it('without it, a request that is added meanwhile is lost', () => {
    const ways = { kick: 'vhost', call: 'irqfd' } as const;
    const facts = { ...TEST_FACTS, guest: { ...TEST_FACTS.guest, pvEoi: 'off' as const } };
    const settings = settingsOf(VHOST, { guest: 'busy', queueDepth: 2 });
    const parts = { driverLooksAgain: true, deviceLooksAgain: false, pollsOnceMore: true };
    const wiring = unwrap(wireVirtio('kick', ways, settings, facts, parts));
    const { graph, findings } = finish(checkWiring(wiring, { maxStates: 8e6, marks: [], reduce: true }));
    expect(graph.complete).toBe(true);
    const lost = findings.find(({ property }) => property === 'no-lost-interrupt');
    const labels = lost?.prefix.map(({ step }) => wiring.model.steps[step]?.label ?? '') ?? [];
    const added = labels.lastIndexOf('add-request');
    // Added after vhost has found nothing and before it has said that it wants to be told.
    expect(added).toBeGreaterThan(
      Math.max(labels.indexOf('get-descriptor'), labels.indexOf('get-next-descriptor')),
    );
    expect(labels.lastIndexOf('enable-notify')).toBeGreaterThan(added);
    expect(labels.slice(added)).not.toContain('wake-vhost-for-kick');
  });
});

describe('what no system combines', () => {
  it.each([
    [VHOST, { call: 'userspace' }, /an irqfd wherever MSI-X is used/],
    [USER, { call: 'userspace' }, /an irqfd wherever MSI-X is used/],
    [IRQFD, { ...SCSI, kick: 'iothread' }, /device=vhost-scsi is served by kick=vhost alone/],
    [IRQFD, { kick: 'vhost' }, /is built for device=vhost-scsi, and not for/],
    [INTX, { kick: 'vhost-user' }, /is built for device=vhost-user-blk, and not for/],
    [INTX, { ...USER_BLK, kick: 'sync' }, /device=vhost-user-blk is served by kick=vhost-user alone/],
    [INTX, { ...USER_BLK, backend: 'poll' }, /needs a third \(cpus=3\)/],
  ] as const)('%s %o', (path, settings, reason) => {
    expect(() => wire(path, settings)).toThrow(reason);
  });

  it.each([
    [VHOST, {}, ['vhost']],
    [IRQFD, SCSI, ['vhost']],
    [INTX, SCSI, ['main loop', 'vhost']],
    [USER, {}, ['qemu-storage-daemon']],
    [USER, { backend: 'poll' }, ['reactor']],
    [INTX, USER_BLK, ['main loop', 'qemu-storage-daemon']],
  ] as const)('%s %o: threads of QEMU take no part but with a line', (path, settings, expected) => {
    const names = wire(path, settings).model.processes.map(({ name }) => name);
    const serving = ['vhost', 'qemu-storage-daemon', 'reactor', 'main loop', 'IO iothread0', 'worker'];
    expect(names.filter((name) => serving.includes(name)).sort()).toEqual(expected);
  });
});

describe('a process that polls', () => {
  const summaryOf = (settings: PathSettings): Summary =>
    simulatePath(USER, settings, { interrupts: 60 }).summary;

  it('is never notified, and takes a request sooner than one that sleeps', () => {
    const polling = summaryOf({ backend: 'poll', guest: 'busy' });
    const sleeping = summaryOf({ guest: 'busy' });
    expect(polling.exitsPerInterrupt).toBe(0);
    expect(sleeping.exitsPerInterrupt).toBe(1);
    expect(polling.latencyNs.p50).toBeLessThan(sleeping.latencyNs.p50);
    expect(sleeping.cpuNsPerInterrupt).toMatchObject({ qemu: 0 });
    expect(sleeping.cpuNsPerInterrupt.process).toBeGreaterThan(0);
  });

  it('offers no event indices', () => {
    const fields = (settings: PathSettings): readonly string[] =>
      wire(USER, settings).model.fields.map(({ name }) => name);
    expect(fields({ eventIdx: 'on' })).toContain('avail_event');
    expect(fields({ eventIdx: 'on', backend: 'poll' })).not.toContain('avail_event');
  });
});
