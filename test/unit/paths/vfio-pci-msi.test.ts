import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { Facts, GuestFacts, HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { count, MSI_IRQFD, MSI_USERSPACE, simulatePath } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const STEADY = { jitterPercent: 0, wakeJitterPercent: 0 };

function assuming(host: Partial<HostFacts> = {}, guest: Partial<GuestFacts> = {}): Facts {
  return { host: { ...TEST_FACTS.host, ...host }, guest: { ...TEST_FACTS.guest, ...guest } };
}

function explored(path: string, settings: PathSettings, facts: Facts): Exploration {
  return unwrap(finish(explorePath({ path, settings, facts, bugs: { all: false } })));
}

function exits(path: string, settings: PathSettings, facts: Facts): Readonly<Record<string, number>> {
  return simulatePath(path, { ...STEADY, ...settings }, { interrupts: 20, facts }).summary.exitReasons;
}

describe('messages of an assigned device', () => {
  it.each([
    [MSI_IRQFD, {}, {}],
    [MSI_IRQFD, { guest: 'busy' }, { irqCpu: 1 }],
    [MSI_IRQFD, { guest: 'busy', pvEoi: 'off' }, {}],
    [MSI_IRQFD, { mmap: 'off', pvEoi: 'off' }, { irqCpu: 1 }],
    [MSI_USERSPACE, {}, {}],
    [MSI_USERSPACE, { guest: 'busy', pvEoi: 'off' }, { irqCpu: 1 }],
  ] as const)('%s %o %o: none is lost in any interleaving', (path, settings, host) => {
    const result = explored(path, settings, assuming(host));
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(1000);
    expect(result.violations.map(({ property }) => property)).toEqual([]);
  });

  it('never pass through QEMU or a kworker with irqfd, and mask nothing', () => {
    const { steps, summary } = simulatePath(MSI_IRQFD, {}, { interrupts: 20 });
    expect(summary.userspaceExitsPerInterrupt).toBe(0);
    expect(steps.some(({ process }) => process.startsWith('kworker') || process === 'main loop')).toBe(false);
    expect(steps.flatMap(({ changes }) => changes).some(({ to }) => to === 'masked')).toBe(false);
  });

  it('pass through the main loop once per read of the eventfd without it', () => {
    const { steps } = simulatePath(MSI_USERSPACE, {}, { interrupts: 20 });
    expect(count(steps, 'signal-msi')).toBe(20);
    expect(count(steps, 'signal-msi')).toBe(count(steps, 'read-eventfd'));
  });
});

describe('the end of an interrupt by message', () => {
  const busy = { guest: 'busy' };

  it('costs no exit with PV EOI, and one without', () => {
    expect(exits(MSI_IRQFD, busy, assuming())).toEqual({ EXTERNAL_INTERRUPT: 1 });
    expect(exits(MSI_IRQFD, busy, assuming({}, { pvEoi: 'off' }))).toEqual({
      EXTERNAL_INTERRUPT: 1,
      'MSR_WRITE (APIC EOI)': 1,
    });
    expect(exits(MSI_IRQFD, { ...busy, pvEoi: 'off', x2apic: 'off' }, assuming())).toEqual({
      EXTERNAL_INTERRUPT: 1,
      'APIC_ACCESS (APIC EOI)': 1,
    });
  });

  it('is a kick instead of a physical exit when another CPU takes the interrupt', () => {
    expect(exits(MSI_IRQFD, busy, assuming({ irqCpu: 1 }))).toEqual({ 'EXTERNAL_INTERRUPT (kick)': 1 });
  });

  it('is an exit in spite of PV EOI when the next message waits behind it (traces X4e, X4g)', () => {
    const settings = { ...STEADY, ...busy, periodUs: 50, guestIrqEntry: 100_000 };
    const { steps } = simulatePath(MSI_IRQFD, settings, { interrupts: 2, facts: assuming({ irqCpu: 1 }) });
    expect(count(steps, 'enter-idt')).toBe(2);
    expect(count(steps, 'write-eoi')).toBe(1);
  });
});

describe('two messages before the guest takes one (oracle: 26 host interrupts, 20 injections)', () => {
  it('are two host interrupts and one injection', () => {
    const settings = { ...STEADY, guest: 'busy', periodUs: 50, vmExit: 100_000 };
    const { steps } = simulatePath(MSI_IRQFD, settings, { interrupts: 2, facts: assuming({ irqCpu: 1 }) });
    expect(count(steps, 'host-interrupt')).toBe(2);
    expect(count(steps, 'enter-idt')).toBe(1);
  });

  it('are two interrupts, the second with nothing to do, when the first was taken and not yet handled', () => {
    const settings = { ...STEADY, guest: 'busy', periodUs: 50, guestIrqFlow: 100_000 };
    const { steps } = simulatePath(MSI_IRQFD, settings, { interrupts: 2, facts: assuming({ irqCpu: 1 }) });
    expect(count(steps, 'enter-idt')).toBe(2);
    expect(count(steps, 'irq-none')).toBe(1);
  });
});
