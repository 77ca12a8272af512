import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { Facts, GuestFacts, HostFacts } from '../../../src/facts/facts.ts';
import { checkWiring } from '../../../src/analysis/properties.ts';
import { wirePosted } from '../../../src/paths/vfio-pci-posted.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import {
  bugsOf,
  count,
  MSI_IRQFD,
  MSI_USERSPACE,
  POSTED,
  settingsOf,
  simulatePath,
} from '../../support/runs.ts';
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

describe('posted messages', () => {
  const VT_D = { apicv: 'on', posting: 'on' } as const;

  it.each([
    [{}, {}],
    [{ guest: 'busy' }, {}],
    [{ preemptionUs: 100 }, {}],
    [{ preemptionUs: 100, guest: 'busy' }, {}],
    [{ inhibitedBy: 'several-destinations' }, { irqCpu: 1 }],
    [{ inhibitedBy: 'no-bypass', guest: 'busy', preemptionUs: 100 }, {}],
    [{ mmap: 'off' }, {}],
  ] as const)('%o %o: none is lost in any interleaving', (settings, host) => {
    const result = explored(POSTED, settings, assuming({ ...VT_D, ...host }));
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(300);
    expect(result.violations.map(({ property }) => property)).toEqual([]);
  });

  it('reach a vCPU that runs without an exit, a host interrupt or a line in a trace', () => {
    const facts = assuming(VT_D);
    const { steps, summary } = simulatePath(POSTED, { ...STEADY, guest: 'busy' }, { interrupts: 20, facts });
    expect(summary).toMatchObject({ exitsPerInterrupt: 0, physicalIrqsPerInterrupt: 0 });
    expect(steps.filter(({ inCycle }) => inCycle).flatMap(({ tracepoints }) => tracepoints)).toEqual([]);
  });

  it('wake a vCPU that sleeps through pi_wakeup_handler, with one host interrupt by the wake-up vector', () => {
    const { steps } = simulatePath(POSTED, STEADY, { interrupts: 20, facts: assuming(VT_D) });
    expect(count(steps, 'wake-blocked')).toBe(20);
    expect(count(steps, 'handler-entry')).toBe(0);
  });

  it('wait, unnotified, for a vCPU that was preempted', () => {
    const settings = { ...STEADY, guest: 'busy', preemptionUs: 100, periodUs: 120 };
    const { steps } = simulatePath(POSTED, settings, { interrupts: 1, facts: assuming(VT_D) });
    const post = steps.findIndex(({ label }) => label === 'post-interrupt');
    const back = steps.findIndex(({ label }, i) => i > post && label === 'sched-in');
    expect(steps[post]?.changes.map(({ field }) => field)).toEqual(['MSI message', 'PIR']);
    expect(steps.findIndex(({ label }) => label === 'enter-idt')).toBeGreaterThan(back);
  });

  it('are lost if a thread goes to sleep without a look at ON: what pi_enable_wakeup_handler is careful about', () => {
    const without = unwrap(wirePosted(settingsOf(POSTED), assuming(VT_D), { looksBeforeSleep: false }));
    const { findings } = finish(checkWiring(without, { maxStates: 1e6, marks: [] }));
    expect(findings.map(({ property }) => property)).toContain('no-lost-interrupt');
  });

  it('fall back to the irqfd, KVM posting by itself, when the IRTE cannot be in posted mode', () => {
    const facts = assuming({ ...VT_D, irqCpu: 1 });
    const settings = { ...STEADY, guest: 'busy', inhibitedBy: 'delivery-mode' };
    const { steps, summary } = simulatePath(POSTED, settings, { interrupts: 20, facts });
    expect(count(steps, 'signal-message')).toBe(20);
    expect(count(steps, 'send-notification')).toBe(20);
    expect(summary).toMatchObject({ exitsPerInterrupt: 0, physicalIrqsPerInterrupt: 1 });
  });

  it('are refused without the hardware, by a sentence that says what is missing', () => {
    const result = wirePosted(settingsOf(POSTED), assuming(), { looksBeforeSleep: true });
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining('posting=on') as string });
  });
});

describe('a guest that changes its vectors while messages come', () => {
  const busy = { guest: 'busy', periodUs: 50, vectorChangeUs: 60 };

  it(
    'masks one and unmasks it: QEMU keeps it pending and KVM gets it back, and none is lost',
    { timeout: 300_000 },
    () => {
      const result = explored(MSI_IRQFD, { guest: 'busy', vectorChange: 'mask' }, assuming({ irqCpu: 1 }));
      expect(result.complete).toBe(true);
      expect(result.violations.map(({ property }) => property)).toEqual([]);
    },
  );

  it('takes the message of a masked vector through the main loop into the PBA, and sends it at the unmask', () => {
    const settings = { ...STEADY, ...busy, vectorChange: 'mask', deviceAccess: 40_000 };
    const { steps } = simulatePath(MSI_IRQFD, settings, { interrupts: 40, facts: assuming({ irqCpu: 1 }) });
    const pending = steps.findIndex(({ changes }) =>
      changes.some(({ field, to }) => field === 'PBA' && to === 'pending'),
    );
    expect(steps[pending]).toMatchObject({ process: 'main loop', label: 'notify-message' });
    const fired = steps.findIndex(({ label }, i) => i > pending && label === 'fire-pending');
    expect(steps[fired + 1]).toMatchObject({ process: 'vCPU 0', label: 'signal-msi' });
  });

  it('loses one in the window in which QEMU disables all vectors to enable more, before dynamic MSI-X', () => {
    const settings = { guest: 'busy', vectorChange: 'enable-second' };
    const run = (bugs: Record<string, boolean>): Exploration =>
      unwrap(finish(explorePath({ path: MSI_IRQFD, settings, facts: assuming(), bugs })));
    const [violation] = run({ 'msix-disable-to-grow': true }).violations;
    expect(violation?.property).toBe('no-lost-interrupt');
    const labels = violation?.prefix.map(({ label }) => label) ?? [];
    expect(labels.lastIndexOf('post-completion')).toBeGreaterThan(labels.indexOf('disable-msix'));
    expect(labels.lastIndexOf('post-completion')).toBeLessThan(labels.indexOf('enable-msix'));
    expect(run({ all: false }).violations).toEqual([]);
  });

  it('has that window in QEMU 7.2, and not in QEMU 10.1', () => {
    expect(bugsOf(MSI_IRQFD, {}, assuming({ qemu: '7.2' }))).toContain('msix-disable-to-grow');
    expect(bugsOf(MSI_IRQFD, {}, assuming({ qemu: '10.1' }))).not.toContain('msix-disable-to-grow');
  });
});
