import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const SYNC = 'virtio/notify-sync';
const IOEVENTFD = 'virtio/notify-ioeventfd';
const USERSPACE = 'virtio/call-userspace';
const INTX = 'virtio/call-intx';

/** Ends every interrupt by an exit and never halts: the fewest states. */
const PLAIN = { guest: 'busy', pvEoi: 'off' };

/** A queue of one buffer, which the device runs out of with each packet. */
const RECEIVE = { ...PLAIN, traffic: 'receive' };

describe('virtio-net: all states seen, no notification lost on either leg', { timeout: 240_000 }, () => {
  it.each<[string, PathSettings]>([
    [SYNC, {}],
    [IOEVENTFD, { ...PLAIN, eventIdx: 'off' }],
    [USERSPACE, PLAIN],
    [USERSPACE, { ...PLAIN, kick: 'sync', eventIdx: 'off', transport: 'legacy' }],
    [INTX, {}],
    [INTX, { eventIdx: 'off', txBurst: 1 }],
    [SYNC, { ...PLAIN, txBurst: 1 }],
    [IOEVENTFD, { traffic: 'command' }],
    [IOEVENTFD, { traffic: 'command', eventIdx: 'off' }],
    [INTX, { ...RECEIVE, kick: 'sync', eventIdx: 'off' }],
  ])('%s %o', (path, settings) => {
    const facts = TEST_FACTS;
    const result = unwrap(
      finish(explorePath({ path, settings: { device: 'virtio-net', ...settings }, facts })),
    );
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(1000);
    expect(result.violations.map(({ property }) => property)).toEqual([]);
  });
});

describe('what no QEMU combines for virtio-net', () => {
  it.each([
    [SYNC, { call: 'irqfd' }, /no irqfd/],
    [IOEVENTFD, { call: 'irqfd' }, /no irqfd/],
    [USERSPACE, { kick: 'iothread' }, /no iothread/],
    [INTX, { kick: 'iothread' }, /no iothread/],
    [USERSPACE, { traffic: 'command' }, /control queue has no interrupt/],
    [IOEVENTFD, { arch: 'arm' }, /needs arch=x86/],
    ['virtio/notify-iothread', {}, /expected virtio-blk/],
    ['virtio/call-irqfd', { kick: 'ioeventfd' }, /virtio-net without vhost has no irqfd/],
  ])('%s %o', (path, settings, reason) => {
    expect(() => wire(path, { device: 'virtio-net', ...settings })).toThrow(reason);
  });

  it.each(['7.2', '10.1'])('QEMU %s sends its message itself, with ioeventfd too', (qemu) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu } };
    for (const path of [SYNC, IOEVENTFD]) {
      const labels = wire(path, { device: 'virtio-net' }, facts).model.steps.map(({ label }) => label);
      expect(labels).toContain('signal-msi');
    }
  });
});
