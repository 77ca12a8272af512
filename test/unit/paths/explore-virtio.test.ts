import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const SYNC = 'virtio/notify-sync';
const IOEVENTFD = 'virtio/notify-ioeventfd';
const IOTHREAD = 'virtio/notify-iothread';
const IRQFD = 'virtio/call-irqfd';
const USERSPACE = 'virtio/call-userspace';
const INTX = 'virtio/call-intx';

const AMD_7_2: Partial<HostFacts> = { vendor: 'amd', qemu: '7.2' };
/** Ends every interrupt by an exit and never halts: the fewest states. */
const PLAIN = { guest: 'busy', pvEoi: 'off' };

interface Case {
  readonly path: string;
  readonly settings: PathSettings;
  readonly host?: Partial<HostFacts>;
  /** A larger instance of what the others show, only with `IRQPATH_LONG=1`. */
  readonly isLong?: boolean;
}

describe(
  'the virtio paths: all states seen, no notification lost on either leg',
  { timeout: 240_000 },
  () => {
    const cases: readonly Case[] = [
      { path: SYNC, settings: {} },
      { path: SYNC, settings: { eventIdx: 'off', transport: 'legacy' } },
      { path: SYNC, settings: { call: 'intx' } },
      { path: SYNC, settings: { ...PLAIN, queueDepth: 2 } },
      { path: IOEVENTFD, settings: {} },
      { path: IOEVENTFD, settings: {}, host: AMD_7_2 },
      { path: IOEVENTFD, settings: { eventIdx: 'off', transport: 'legacy' }, host: AMD_7_2 },
      { path: IOTHREAD, settings: { pollMaxNs: 0 } },
      { path: IOTHREAD, settings: { ...PLAIN, pollMaxNs: 0, queueDepth: 2 }, isLong: true },
      { path: IOTHREAD, settings: PLAIN },
      { path: IRQFD, settings: {}, host: AMD_7_2 },
      { path: IRQFD, settings: { pollMaxNs: 0, guest: 'busy' } },
      { path: USERSPACE, settings: { guest: 'busy' } },
      { path: USERSPACE, settings: { ...PLAIN, kick: 'sync', queueDepth: 2, eventIdx: 'off' } },
      { path: INTX, settings: {} },
      { path: INTX, settings: {}, host: AMD_7_2 },
      { path: INTX, settings: { kick: 'iothread', pollMaxNs: 0, guest: 'busy' } },
      { path: INTX, settings: { kick: 'sync', queueDepth: 2, guest: 'busy' } },
    ];

    const asked = cases.filter(({ isLong }) => isLong !== true || process.env.IRQPATH_LONG === '1');
    it.each(asked)('$path $settings $host', ({ path, settings, host }) => {
      const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
      const result = unwrap(finish(explorePath({ path, settings, facts })));
      expect(result.complete).toBe(true);
      expect(result.states).toBeGreaterThan(1000);
      expect(result.violations.map(({ property }) => property)).toEqual([]);
    });
  },
);

describe('what no QEMU combines', () => {
  it.each([
    [SYNC, { call: 'irqfd' }, '10.1', /no irqfd either/],
    [IOEVENTFD, { call: 'irqfd' }, '10.1', /2\.8 until before 9\.0 only/],
    [IOEVENTFD, { call: 'userspace' }, '7.2', /from 9\.0 on/],
    [IOTHREAD, { call: 'userspace' }, '10.1', /does not hold the BQL/],
    [IRQFD, { kick: 'sync' }, '7.2', /no irqfd either/],
    [USERSPACE, { kick: 'iothread' }, '10.1', /does not hold the BQL/],
  ] as const)('%s %o, QEMU %s', (path, settings, qemu, reason) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu } };
    expect(() => wire(path, settings, facts)).toThrow(reason);
  });

  it.each([
    [IOEVENTFD, {}, '7.2', 'irqfd-wakeup'],
    [IOEVENTFD, {}, '10.1', 'signal-msi'],
    [IRQFD, {}, '7.2', 'main loop'],
    [IRQFD, {}, '10.1', 'IO iothread0'],
    [USERSPACE, {}, '7.2', 'write-notify-register'],
    [USERSPACE, {}, '10.1', 'ioeventfd-write'],
  ] as const)('%s %o goes by QEMU %s: %s', (path, settings, qemu, part) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu } };
    const { model } = wire(path, settings, facts);
    const names = [...model.steps.map(({ label }) => label), ...model.processes.map(({ name }) => name)];
    expect(names).toContain(part);
  });
});
