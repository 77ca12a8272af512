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

const QEMU_7_2: Partial<HostFacts> = { qemu: '7.2' };
const MMIO = { arch: 'arm', transport: 'mmio' };
const PCI = { arch: 'arm', gic: '3' };

interface Case {
  readonly path: string;
  readonly settings: PathSettings;
  readonly host?: Partial<HostFacts>;
}

describe('virtio on Arm: all states seen, no notification lost on either leg', { timeout: 240_000 }, () => {
  const cases: readonly Case[] = [
    { path: SYNC, settings: MMIO },
    { path: SYNC, settings: { ...MMIO, guest: 'busy', queueDepth: 2 } },
    { path: SYNC, settings: PCI },
    { path: IOEVENTFD, settings: MMIO },
    { path: IOEVENTFD, settings: MMIO, host: QEMU_7_2 },
    { path: IOEVENTFD, settings: { ...PCI, guest: 'busy' }, host: QEMU_7_2 },
    { path: IOTHREAD, settings: { ...PCI, pollMaxNs: 0, guest: 'busy' } },
    { path: IRQFD, settings: { ...PCI, pollMaxNs: 0 } },
    { path: IRQFD, settings: { ...PCI, gic: '2', guest: 'busy', eventIdx: 'off' }, host: QEMU_7_2 },
    { path: USERSPACE, settings: { ...PCI, guest: 'busy' } },
    { path: USERSPACE, settings: { ...PCI, gic: '2', guest: 'busy' } },
    { path: INTX, settings: MMIO },
    { path: INTX, settings: { ...MMIO, trigger: 'level' } },
    { path: INTX, settings: { ...MMIO, guest: 'busy' }, host: QEMU_7_2 },
    { path: INTX, settings: { ...MMIO, kick: 'iothread', pollMaxNs: 0, guest: 'busy' } },
    { path: INTX, settings: { ...PCI, guest: 'busy' } },
  ];

  it.each(cases)('$path $settings $host', ({ path, settings, host }) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
    const result = unwrap(finish(explorePath({ path, settings, facts })));
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(1000);
    expect(result.violations.map(({ property }) => property)).toEqual([]);
  });
});

describe('what is refused on Arm', () => {
  it.each([
    [IRQFD, { transport: 'mmio' }, /one line and no messages/],
    [SYNC, { transport: 'mmio', call: 'userspace' }, /one line and no messages/],
    [SYNC, { transport: 'legacy' }, /needs arch=x86/],
    [SYNC, { irqchip: 'split' }, /needs irqchip=on/],
  ])('%s %o', (path, settings, reason) => {
    expect(() => wire(path, { arch: 'arm', ...settings })).toThrow(reason);
  });

  it('virtio-mmio without Arm', () => {
    expect(() => wire(INTX, { transport: 'mmio' })).toThrow(/needs arch=arm/);
  });
});
