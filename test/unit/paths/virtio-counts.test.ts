import { describe, expect, it } from 'vitest';
import type { Summary } from '../../../src/analysis/simulation.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { simulatePath } from '../../support/runs.ts';

const AMD_7_2: Partial<HostFacts> = { vendor: 'amd', qemu: '7.2' };

function summaryOf(path: string, settings: PathSettings, host: Partial<HostFacts> = AMD_7_2): Summary {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
  return simulatePath(path, settings, { interrupts: 40, facts }).summary;
}

describe('what a request costs on each leg', () => {
  // As the traces count: 40 requests and 40 exits of kind npf in X1 and X2, 20 of each kind in X1-vectors0.
  it.each([
    ['virtio/notify-ioeventfd', {}, { 'npf (MMIO)': 1 }, 0],
    ['virtio/notify-sync', {}, { 'npf (MMIO)': 1 }, 1],
    ['virtio/notify-iothread', {}, { 'npf (MMIO)': 1 }, 0],
    ['virtio/call-irqfd', {}, {}, 0],
    ['virtio/call-userspace', {}, {}, 0],
    ['virtio/call-intx', {}, { 'npf (MMIO)': 1, 'msr (APIC TMR)': 1, 'msr (APIC EOI)': 1 }, 1],
    ['virtio/call-irqfd', { guest: 'busy' }, { 'interrupt (kick)': 1 }, 0],
    ['virtio/notify-ioeventfd', { transport: 'legacy' }, { 'io (port I/O)': 1 }, 0],
  ])('%s %o', (path, settings, exits, userspaceExits) => {
    const summary = summaryOf(path, settings);
    expect(summary.exitReasons).toEqual(exits);
    expect(summary.userspaceExitsPerInterrupt).toBe(userspaceExits);
    expect(summary.spuriousPerInterrupt).toBe(0);
  });

  it('without ioeventfd the guest waits while the device takes its request', () => {
    const sync = summaryOf('virtio/notify-sync', { guest: 'busy' });
    const ioeventfd = summaryOf('virtio/notify-ioeventfd', { guest: 'busy' });
    // The vCPU thread is there already: it takes the request sooner, and the guest goes on later.
    expect(sync.latencyNs.p50).toBeLessThan(ioeventfd.latencyNs.p50);
    expect(sync.cpuNsPerInterrupt.qemu).toBeGreaterThan(ioeventfd.cpuNsPerInterrupt.qemu);
  });
});

describe('adaptive polling', () => {
  const fast = { serviceUs: 10, periodUs: 10 };
  const host = { cpus: 4 };

  it('spares nearly every notification while requests come within poll-max-ns', () => {
    const { exitsPerInterrupt } = summaryOf('virtio/notify-iothread', fast, host);
    expect(exitsPerInterrupt).toBeLessThan(0.1);
    const off = summaryOf('virtio/notify-iothread', { ...fast, pollMaxNs: 0 }, host);
    expect(off.exitsPerInterrupt).toBe(1);
  });

  it('gives up when they take longer', () => {
    const { exitsPerInterrupt } = summaryOf('virtio/notify-iothread', { serviceUs: 10, periodUs: 200 }, host);
    expect(exitsPerInterrupt).toBe(1);
  });
});

describe('several requests at once', () => {
  const many = { queueDepth: 8, periodUs: 1, serviceUs: 1 };

  it('need fewer notifications than there are requests, on both legs', () => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...AMD_7_2 } };
    const { steps } = simulatePath('virtio/notify-ioeventfd', many, { interrupts: 200, facts });
    const count = (mark: string): number => steps.filter(({ marks }) => marks.includes(mark)).length;
    expect(count('request-taken')).toBe(200);
    expect(count('kick')).toBeLessThan(200);
    expect(count('kick') + count('kick-suppressed')).toBe(200);
    expect(count('call')).toBeLessThan(200);
    expect(count('call') + count('call-suppressed')).toBe(200);
  });
});
