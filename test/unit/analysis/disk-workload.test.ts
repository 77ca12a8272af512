import { describe, expect, it } from 'vitest';
import { simulate } from '../../../src/analysis/simulate.ts';
import type { RequestSummary, Simulation } from '../../../src/analysis/simulation.ts';
import { ALL_PATHS, findPath } from '../../../src/paths/all-paths.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const SYNC = 'virtio/notify-sync';
const IOEVENTFD = 'virtio/notify-ioeventfd';
const IOTHREAD = 'virtio/notify-iothread';
const VHOST = 'virtio/notify-vhost';
/** Those that are built; each has a CPU for every thread. */
const PATHS = [SYNC, IOEVENTFD, IOTHREAD, VHOST].filter((path) => findPath(path));
const FACTS = { ...TEST_FACTS, host: { ...TEST_FACTS.host, cpus: 4 } };

function disk(path: string, settings: PathSettings = {}): Simulation {
  return unwrap(simulate({ path, facts: FACTS, workload: 'disk', settings, interrupts: 200 }, 'all'));
}

function requestsOf(path: string, settings: PathSettings = {}): RequestSummary {
  const { requests } = disk(path, settings).summary;
  if (requests === undefined) throw new Error(`${path} counts no requests`);
  return requests;
}

describe('a disk with as many requests as its queue may have, while the guest computes', () => {
  const found = new Map(PATHS.map((path) => [path, requestsOf(path)]));
  const of = (path: string): RequestSummary => found.get(path) as RequestSummary;
  const others = (path: string): RequestSummary[] => PATHS.filter((one) => one !== path).map(of);

  it('brings every request back', () => {
    for (const path of PATHS) expect(of(path).count).toBe(200);
  });

  it('without ioeventfd every notification leaves to QEMU, with it none', () => {
    expect(of(SYNC).userspaceExitsPerRequest).toBe(of(SYNC).kicksPerRequest);
    expect(of(SYNC).kicksPerRequest).toBe(1);
    for (const other of others(SYNC)) expect(other.userspaceExitsPerRequest).toBe(0);
  });

  it('stops the vCPU longest where the vCPU thread runs the device', () => {
    for (const other of others(SYNC)) {
      expect(of(SYNC).vcpuStallNs.max).toBeGreaterThan(4 * other.vcpuStallNs.max);
      expect(of(SYNC).vcpuStallNsPerRequest).toBeGreaterThan(4 * other.vcpuStallNsPerRequest);
    }
  });

  it('notifies an IOThread that polls least', () => {
    for (const other of others(IOTHREAD)) {
      expect(of(IOTHREAD).kicksPerRequest).toBeLessThan(0.2 * other.kicksPerRequest);
    }
    // It is polling that spares them.
    expect(requestsOf(IOTHREAD, { pollMaxNs: 0 }).kicksPerRequest).toBeGreaterThan(0.2);
  });

  it.runIf(PATHS.includes(VHOST))('needs no thread of QEMU with vhost', () => {
    const { steps, summary } = disk(VHOST);
    expect(summary.cpuNsPerInterrupt.qemu).toBe(0);
    const ofQemu = steps.filter(({ home, context }) => home === 'qemu' && context === 'thread');
    // The vCPU thread enters KVM once and stays there.
    expect(new Set(ofQemu.map(({ label }) => label))).toEqual(new Set(['ioctl-kvm-run']));
    expect(disk(IOEVENTFD).summary.cpuNsPerInterrupt.qemu).toBeGreaterThan(0);
  });
});

describe('one request and many on a disk that is faster than the way to it (document 004)', () => {
  const fast = { serviceUs: 1, periodUs: 1, jitterPercent: 0, wakeJitterPercent: 0 };
  const rate = (path: string, queueDepth: number): number =>
    requestsOf(path, { ...fast, queueDepth }).requestsPerSecond;

  it('one: the vCPU thread is at the device before the main loop has been woken', () => {
    expect(rate(SYNC, 1)).toBeGreaterThan(rate(IOEVENTFD, 1));
  });

  it('many: with ioeventfd the guest goes on submitting, a multiple of what it can do without', () => {
    expect(rate(IOEVENTFD, 32)).toBeGreaterThan(3 * rate(SYNC, 32));
    const { kicksPerRequest } = requestsOf(IOEVENTFD, { ...fast, queueDepth: 32 });
    expect(kicksPerRequest).toBeLessThan(0.5);
    expect(requestsOf(SYNC, { ...fast, queueDepth: 32 }).kicksPerRequest).toBe(1);
  });
});

describe('the time for which the vCPU is stopped', () => {
  it('is that from every exit to the next entry, but for what a halted vCPU slept', () => {
    const { steps, summary } = disk(IOEVENTFD, { queueDepth: 1, periodUs: 500, guest: 'idle' });
    const stopsNs: number[] = [];
    let slept = 0;
    steps.forEach(({ timeNs: leftNs, changes }, i) => {
      if (!changes.some(({ field, to }) => field === 'guest mode' && to === 'off')) return;
      const rest = steps.slice(i);
      const entry = rest.findIndex((row) =>
        row.changes.some(({ to, field }) => field === 'guest mode' && to === 'on'),
      );
      if (entry < 0) return;
      if (rest.slice(0, entry).some(({ label }) => label === 'wake-vcpu')) slept++;
      else stopsNs.push((rest[entry]?.timeNs ?? 0) - leftNs);
    });
    expect(slept).toBe(200);
    expect(stopsNs.length).toBe(200);
    const { vcpuStallNs, vcpuStallNsPerRequest } = summary.requests as RequestSummary;
    expect(vcpuStallNs.max).toBe(Math.max(...stopsNs));
    expect(vcpuStallNsPerRequest).toBeCloseTo(stopsNs.reduce((sum, ns) => sum + ns, 0) / 200);
  });

  it('is told of devices that are given requests only', () => {
    const { summary } = unwrap(simulate({ path: 'vfio-pci/msi-irqfd', facts: FACTS }));
    expect(summary.requests).toBeUndefined();
  });
});

describe('the workload', () => {
  it('is for paths whose device has a queue: others say so', () => {
    for (const { info, settings } of ALL_PATHS) {
      const result = simulate({ path: info.id, facts: FACTS, workload: 'disk', interrupts: 1 });
      const fits = ['queueDepth', 'serviceUs'].every((name) => settings.some((one) => one.name === name));
      if (!fits) expect(result.ok ? '' : result.error).toMatch(/^workload disk is not for .*, which has no /);
      else expect(result).toMatchObject({ ok: true });
    }
  });
});
