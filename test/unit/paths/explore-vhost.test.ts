import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { checkWiring } from '../../../src/analysis/properties.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { wireVirtio } from '../../../src/paths/wire-virtio.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { settingsOf, wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const VHOST = 'virtio/notify-vhost';
const IRQFD = 'virtio/call-irqfd';
const INTX = 'virtio/call-intx';
const SCSI = { device: 'vhost-scsi' };
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
    ])('%s %o %o', (path, settings, host) => {
      const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
      const result = unwrap(finish(explorePath({ path, settings, facts })));
      expect(result.complete).toBe(true);
      expect(result.states).toBeGreaterThan(1000);
      expect(result.violations.map(({ property }) => property)).toEqual([]);
    });
  },
);

describe('what vhost looks at the ring again for', { timeout: 240_000 }, () => {
  it('without it, a request that is added meanwhile is lost', () => {
    const ways = { kick: 'vhost', call: 'irqfd' } as const;
    const facts = { ...TEST_FACTS, guest: { ...TEST_FACTS.guest, pvEoi: 'off' as const } };
    const settings = settingsOf(VHOST, { guest: 'busy', queueDepth: 2 });
    const parts = { driverLooksAgain: true, deviceLooksAgain: false };
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

describe('what no system combines with vhost', () => {
  it.each([
    [VHOST, { call: 'userspace' }, /an irqfd wherever MSI-X is used/],
    [IRQFD, { ...SCSI, kick: 'iothread' }, /served by the kernel alone: kick=vhost/],
    [IRQFD, { kick: 'vhost' }, /no vhost for virtio-blk/],
    [INTX, { kick: 'vhost' }, /no vhost for virtio-blk/],
  ] as const)('%s %o', (path, settings, reason) => {
    expect(() => wire(path, settings)).toThrow(reason);
  });

  it.each([
    [VHOST, {}, []],
    [IRQFD, SCSI, []],
    [INTX, SCSI, ['main loop']],
  ] as const)('%s %o: of the threads of QEMU besides the vCPU there is %o', (path, settings, expected) => {
    const names = wire(path, settings).model.processes.map(({ name }) => name);
    expect(names.filter((name) => ['main loop', 'IO iothread0', 'worker'].includes(name))).toEqual(expected);
    expect(names).toContain('vhost');
  });
});
