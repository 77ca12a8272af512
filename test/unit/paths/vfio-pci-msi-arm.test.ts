import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { ExplorationRequest } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { Facts, HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { bugsOf, count, MSI_IRQFD, MSI_USERSPACE, simulatePath } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const STEADY = { arch: 'arm', jitterPercent: 0, wakeJitterPercent: 0 };
const BUSY = { ...STEADY, guest: 'busy' };

function assuming(host: Partial<HostFacts> = {}): Facts {
  return { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
}

function explored(
  { settings, ...request }: Omit<ExplorationRequest, 'facts'>,
  host: Partial<HostFacts> = {},
): Exploration {
  const facts = assuming(host);
  return unwrap(finish(explorePath({ facts, settings: { arch: 'arm', ...settings }, ...request })));
}

function violated({ violations }: Exploration): string[] {
  return [...new Set(violations.map(({ property }) => property))];
}

describe('messages on Arm', () => {
  const cases: readonly { path: string; settings: PathSettings; host?: Partial<HostFacts> }[] = [
    { path: MSI_IRQFD, settings: { gic: '3' }, host: { irqCpu: 1 } },
    { path: MSI_IRQFD, settings: { gic: '3', guest: 'busy' }, host: { irqCpu: 1 } },
    { path: MSI_IRQFD, settings: { gic: '3', mmap: 'off' } },
    { path: MSI_IRQFD, settings: { gic: '3', itsCache: 'cold' } },
    { path: MSI_IRQFD, settings: { gic: '3', itsCache: 'cold', guest: 'busy' }, host: { irqCpu: 1 } },
    { path: MSI_IRQFD, settings: { gic: '3' }, host: { kernel: '4.19' } },
    { path: MSI_IRQFD, settings: { gic: '2', guest: 'busy' }, host: { irqCpu: 1 } },
    { path: MSI_IRQFD, settings: { gic: '2' }, host: { kernel: '4.19', gicEoiMode: 0 } },
    { path: MSI_USERSPACE, settings: { gic: '3' } },
    { path: MSI_USERSPACE, settings: { gic: '2', guest: 'busy' } },
  ];

  it.each(cases)('$path $settings $host: none is lost in any interleaving', ({ path, settings, host }) => {
    const result = explored({ path, settings, bugs: { all: false } }, host);
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(1000);
    expect(violated(result)).toEqual([]);
  });

  it.each(['2', '3'])('gic=%s: one kick, no end-of-interrupt exit, no worker, no QEMU', (gic) => {
    const facts = assuming({ irqCpu: 1 });
    const { steps, summary } = simulatePath(MSI_IRQFD, { ...BUSY, gic }, { interrupts: 20, facts });
    expect(summary.exitReasons).toEqual({ IRQ_KICK: 1 });
    expect(summary.userspaceExitsPerInterrupt).toBe(0);
    expect(new Set(steps.map(({ process }) => process))).not.toContain('kworker');
    expect(new Set(steps.map(({ process }) => process))).not.toContain('main loop');
  });

  it('leave the guest by themselves where the interrupt comes to the CPU that the vCPU runs on', () => {
    const { summary } = simulatePath(MSI_IRQFD, { ...BUSY, gic: '3' }, { interrupts: 20 });
    expect(summary.exitReasons).toEqual({ IRQ_PHYSICAL: 1 });
  });

  it("are an edge of QEMU's GICv2m frame in userspace: two ioctls, of which the second changes nothing", () => {
    const { steps } = simulatePath(MSI_USERSPACE, { ...STEADY, gic: '2' }, { interrupts: 5 });
    expect(count(steps, 'raise-line')).toBe(5);
    expect(count(steps, 'lower-line')).toBe(5);
    const lowered = steps.filter(({ label }) => label === 'inject-level-0');
    expect(lowered.flatMap(({ changes }) => changes)).toEqual([]);
  });

  it('are one KVM_SIGNAL_MSI in userspace where there is an ITS', () => {
    const { steps } = simulatePath(MSI_USERSPACE, { ...STEADY, gic: '3' }, { interrupts: 5 });
    expect(count(steps, 'signal-msi')).toBe(5);
    expect(count(steps, 'raise-line')).toBe(0);
  });
});

describe("the translations of KVM's ITS", () => {
  const gic3 = { ...STEADY, gic: '3' };

  it('are found by a worker once and then used in the hard interrupt', () => {
    const { steps } = simulatePath(MSI_IRQFD, { ...gic3, itsCache: 'cold' }, { interrupts: 5 });
    expect(count(steps, 'trigger-lpi')).toBe(1);
    expect(count(steps, 'inject-cached-lpi')).toBe(4);
  });

  it('are looked up by a worker every time before Linux 5.4', () => {
    const { steps } = simulatePath(MSI_IRQFD, gic3, { interrupts: 5, facts: assuming({ kernel: '5.3' }) });
    expect(count(steps, 'trigger-lpi')).toBe(5);
    expect(count(steps, 'irqfd-inject')).toBe(5);
    // The worker of an irqfd without a resampler lowers the line again, which a message has not.
    expect(count(steps, 'set-msi-low')).toBe(5);
  });
});

describe('two messages before the guest takes one', () => {
  it.each([
    [MSI_IRQFD, '2'],
    [MSI_IRQFD, '3'],
    [MSI_USERSPACE, '2'],
    [MSI_USERSPACE, '3'],
  ])('%s, gic=%s: can be one interrupt', (path, gic) => {
    const reach = path === MSI_IRQFD ? 'edges-merged-in-vgic' : 'edges-merged-in-eventfd';
    const result = explored({ path, settings: { gic }, bugs: { all: false }, reach: [reach] });
    expect(result.witnesses.map(({ reached }) => reached)).toEqual([true]);
  });

  it('are two, the second with nothing to do, when the guest has taken the first and not looked yet', () => {
    const settings = { ...BUSY, gic: '3', periodUs: 50, guestIrqFlow: 100_000 };
    const { steps } = simulatePath(MSI_IRQFD, settings, { interrupts: 2, facts: assuming({ irqCpu: 1 }) });
    expect(count(steps, 'acknowledge')).toBe(2);
    expect(count(steps, 'irq-none')).toBe(1);
  });
});

describe('queued-message-unseen', () => {
  const bugs = { all: false, 'queued-message-unseen': true };

  it.each([
    [MSI_IRQFD, '2'],
    [MSI_IRQFD, '3'],
    [MSI_USERSPACE, '3'],
  ])('%s, gic=%s: a busy guest is not told of a message behind one in service', (path, gic) => {
    const request = { path, settings: { gic, guest: 'busy' } };
    const result = explored({ ...request, bugs }, { irqCpu: 1 });
    expect(violated(result)).toEqual(['no-lost-interrupt']);
    const labels = result.violations[0]?.prefix.map(({ label }) => label) ?? [];
    // The last injection is followed by no kick.
    const injections = ['inject-level-1', 'inject-cached-lpi'];
    const last = labels.findLastIndex((label) => injections.includes(label));
    expect(labels.slice(last)).not.toContain('kick-vcpu');
    expect(labels.slice(last)).not.toContain('kick-again');
  });

  it('is in Linux 4.7 to 4.9', () => {
    expect(bugsOf(MSI_IRQFD, {}, assuming({ kernel: '4.8' }))).toContain('queued-message-unseen');
    expect(bugsOf(MSI_IRQFD, {}, assuming({ kernel: '4.10' }))).not.toContain('queued-message-unseen');
  });
});

describe('what is not modelled on Arm is refused by a sentence', () => {
  it.each([
    [{ irqchip: 'split' }, 'irqchip=on'],
    [{ vectorChange: 'mask', guest: 'busy' }, 'arch=x86'],
  ])('%o', (settings, text) => {
    const result = finish(
      explorePath({ path: MSI_IRQFD, settings: { arch: 'arm', ...settings }, facts: TEST_FACTS }),
    );
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining(text) as string });
  });
});
