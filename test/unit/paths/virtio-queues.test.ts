import { describe, expect, it } from 'vitest';
import type { RequestSummary } from '../../../src/analysis/simulation.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { expectGolden, expectNarrow } from '../../support/golden-case.ts';
import type { GoldenCase } from '../../support/golden-case.ts';
import { simulatePath, wire } from '../../support/runs.ts';

const SYNC = 'virtio/notify-sync';
const IOEVENTFD = 'virtio/notify-ioeventfd';
const IOTHREAD = 'virtio/notify-iothread';
const VHOST = 'virtio/notify-vhost';
const HOST = { ...TEST_FACTS.host, cpus: 8 };
const FACTS = { ...TEST_FACTS, host: HOST };
const TWO = { queues: '2' };
const CARD = { ...TWO, device: 'virtio-net' };
/** A program on each vCPU that keeps its queue full. */
const FULL = { queueDepth: 32, periodUs: 2, serviceUs: 3, guest: 'busy' };

function requestsOf(path: string, settings: PathSettings): RequestSummary {
  const { requests } = simulatePath(path, settings, { interrupts: 100, facts: FACTS }).summary;
  if (!requests) throw new Error('no requests');
  return requests;
}

describe('a device with two queues in use', () => {
  it.each([
    [SYNC, TWO, ['main loop']],
    [IOEVENTFD, TWO, ['main loop']],
    [IOTHREAD, TWO, ['IO iothread0', 'IO iothread1']],
    [VHOST, CARD, ['vhost', 'vhost of pair 1']],
  ])('%s: who serves them', (path, settings, expected) => {
    const names = wire(path, settings, FACTS).model.processes.map(({ name }) => name);
    expect(names.filter((name) => /^(main loop|IO|vhost)/.test(name))).toEqual(expected);
    expect(names).toEqual(expect.arrayContaining(['vCPU 0', 'vCPU 1', 'guest', 'guest on vCPU 1']));
  });

  it('counts requests to both that fall together as two', () => {
    const exact = { ...TWO, jitterPercent: 0, wakeJitterPercent: 0 };
    const { interrupts, summary, shapes } = simulatePath(IOTHREAD, exact, { interrupts: 100, facts: FACTS });
    expect(interrupts).toBe(200);
    expect(shapes.reduce((sum, { count }) => sum + count, 0)).toBe(100);
    expect(summary.exitsPerInterrupt).toBe(1);
    expect(summary.requests?.exitsPerRequest).toBe(1);
  });

  it('has a field of each name once', () => {
    const machines: [string, PathSettings][] = [
      [IOTHREAD, TWO],
      [VHOST, CARD],
    ];
    for (const [path, settings] of machines) {
      const names = wire(path, settings, FACTS).model.fields.map(({ name }) => name);
      expect(names).toEqual([...new Set(names)]);
    }
  });

  it.each([
    [SYNC, TWO, ['vq0', 'vq1']],
    [IOEVENTFD, TWO, ['vq0', 'vq1']],
    [IOTHREAD, TWO, ['vq0', 'vq1']],
    [VHOST, CARD, ['vq1', 'vq3']],
  ])('%s: requests, kicks and calls are counted for each queue, and add up', (path, settings, expected) => {
    const { queues = [], count, kicksPerRequest, callsPerRequest } = requestsOf(path, settings);
    expect(queues.map(({ queue }) => queue)).toEqual(expected);
    const sum = (of: 'requests' | 'kicks' | 'calls'): number =>
      queues.reduce((total, counts) => total + counts[of], 0);
    expect(sum('requests')).toBe(count);
    expect(sum('kicks')).toBeCloseTo(kicksPerRequest * count);
    expect(sum('calls')).toBeCloseTo(callsPerRequest * count);
    for (const { requests, kicks, calls } of queues) {
      expect([requests, kicks, calls].every((times) => times > 0)).toBe(true);
    }
  });

  it('is not counted by queue while it uses one', () => {
    expect(requestsOf(IOEVENTFD, {}).queues).toBeUndefined();
  });

  it('has each vCPU write its own register, and the message of each go to its own APIC', () => {
    const rows = simulatePath(IOEVENTFD, TWO, { interrupts: 2, facts: FACTS }).steps;
    const printed = (prefix: string): Set<string> =>
      new Set(rows.flatMap(({ tracepoints }) => tracepoints.filter((point) => point.startsWith(prefix))));
    expect(printed('kvm:kvm_fast_mmio')).toEqual(
      new Set([
        'kvm:kvm_fast_mmio fast mmio at gpa 0xfebfb000',
        'kvm:kvm_fast_mmio fast mmio at gpa 0xfebfb004',
      ]),
    );
    expect(printed('kvm:kvm_msi_set_irq')).toEqual(
      new Set([
        'kvm:kvm_msi_set_irq dst 0 vec 37 (Fixed|physical|edge)',
        'kvm:kvm_msi_set_irq dst 1 vec 38 (Fixed|physical|edge)',
      ]),
    );
    expect(printed('qemu:virtio_queue_notify')).toEqual(
      new Set(['qemu:virtio_queue_notify n 0', 'qemu:virtio_queue_notify n 1']),
    );
  });
});

describe('what a second queue brings, on a disk that is fast', () => {
  const perSecond = (path: string, settings: PathSettings): number =>
    requestsOf(path, { ...FULL, ...settings }).requestsPerSecond;

  it('is twice as many requests where a thread has time for both', () => {
    for (const path of [IOEVENTFD, IOTHREAD]) {
      const ratio = perSecond(path, TWO) / perSecond(path, {});
      expect(ratio).toBeGreaterThan(1.8);
      expect(ratio).toBeLessThan(2.2);
    }
  });

  it('is less without ioeventfd: the vCPUs wait for the same lock, one of them for long', () => {
    expect(perSecond(SYNC, TWO) / perSecond(SYNC, {})).toBeLessThan(1.8);
    const stall = (settings: PathSettings): number =>
      requestsOf(SYNC, { ...FULL, ...settings }).vcpuStallNs.max;
    expect(stall(TWO)).toBeGreaterThan(3 * stall({}));
  });
});

describe('two queues that are not modelled', () => {
  it.each<[string, PathSettings, RegExp, number?]>([
    [IOEVENTFD, TWO, /cpus=4/, 3],
    [IOEVENTFD, { ...TWO, call: 'intx' }, /share the device's line/],
    [IOEVENTFD, { ...TWO, arch: 'arm' }, /arch=x86 only/],
    [IOEVENTFD, { ...TWO, device: 'virtio-scsi' }, /virtio-blk that QEMU serves/],
    [IOEVENTFD, { ...TWO, device: 'virtio-net' }, /virtio-net that vhost serves/],
    [IOEVENTFD, { ...TWO, notifiers: 'vm-stop' }, /notifiers=running only/],
    [IOEVENTFD, { ...TWO, surroundings: 'real' }, /surroundings=quiet only/],
    [VHOST, { ...CARD, traffic: 'receive' }, /traffic=send only/],
    [VHOST, { ...CARD, notifiers: 'link' }, /notifiers=running only/],
    ['virtio/call-userspace', { ...TWO, vectorChange: 'mask' }, /vectorChange=none only/],
  ])('%s %o', (path, settings, why, cpus = 4) => {
    expect(() => wire(path, settings, { ...FACTS, host: { ...HOST, cpus } })).toThrow(why);
  });
});

const CASES: readonly GoldenCase[] = [
  { path: SYNC, name: 'two-queues', settings: TWO, host: { cpus: 4 } },
  { path: IOEVENTFD, name: 'two-queues', settings: TWO, host: { cpus: 4 } },
  { path: IOTHREAD, name: 'two-queues', settings: { ...TWO, pollMaxNs: 0 }, host: { cpus: 8 } },
  { path: VHOST, name: 'two-queues', settings: CARD, host: { cpus: 4 } },
];

describe('golden runs of two queues', () => {
  it.each(CASES)('$path: $name', expectGolden);

  it('keep the text for mails inside 72 columns', () => {
    CASES.forEach(expectNarrow);
  });
});
