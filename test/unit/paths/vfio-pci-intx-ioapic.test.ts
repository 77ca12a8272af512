import { describe, expect, it } from 'vitest';
import { simulate } from '../../../src/analysis/simulate.ts';
import type { Simulation } from '../../../src/analysis/simulation.ts';
import type { BugOverrides } from '../../../src/paths/bugs.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import {
  INTX_IRQFD,
  INTX_SPLIT,
  INTX_USERSPACE,
  MSI_IRQFD,
  runWiring,
  timesTaken,
  wire,
} from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const FACTS = { ...TEST_FACTS, host: { ...TEST_FACTS.host, irqCpu: 1 } };

function run(path: string, settings: PathSettings, bugs: BugOverrides, interrupts = 10): Simulation {
  return unwrap(simulate({ path, facts: FACTS, settings, interrupts, bugs }, 'all'));
}

describe('a threaded ONESHOT handler on x86', () => {
  const settings = { handlerContext: 'threaded', napi: 'off', accesses: 3 };
  const steps = ({ steps: rows }: Simulation, label: string): number =>
    rows.filter((row) => row.label === label).length / 10;

  it('costs five exits more than one in hard-IRQ context: three to mask the pin, two to unmask it', () => {
    const { summary } = run(INTX_IRQFD, settings, { all: false });
    expect(summary.exitReasons).toEqual({
      'EPT_MISCONFIG (MMIO)': 5,
      'MSR_READ (APIC TMR)': 1,
      'MSR_WRITE (APIC EOI)': 1,
    });
    expect(summary.userspaceExitsPerInterrupt).toBe(0);
    expect(summary.spuriousPerInterrupt).toBe(0);
  });

  it('is interrupted twice for one cause before the fix, once since', () => {
    const before = run(INTX_IRQFD, settings, { all: false, 'oneshot-resample': true });
    expect(before.summary.spuriousPerInterrupt).toBe(1);
    expect(before.summary.guestIrqsPerInterrupt).toBe(2);
    expect(steps(before, 'service-pin')).toBe(1);
    const since = run(INTX_IRQFD, settings, { all: false, 'oneshot-late-signal': true });
    expect(since.summary.spuriousPerInterrupt).toBe(0);
    expect(steps(since, 'resample-at-unmask')).toBe(1);
    // What VFIO does twice stays: it is told at the end of the interrupt, and again when the pin is unmasked.
    expect(steps(since, 'unmask-intx')).toBe(2);
    expect(steps(since, 'virqfd-inject')).toBe(1);
  });

  it('shows the extra host interrupt where the function cannot be masked by itself', () => {
    const broken = { ...settings, intxMask: 'broken' };
    const once = run(INTX_IRQFD, broken, { all: false });
    const twice = run(INTX_IRQFD, broken, { all: false, 'oneshot-late-signal': true });
    const calls = ({ steps: rows }: Simulation): number =>
      rows.filter(({ label }) => label === 'mask-intx').length;
    expect(calls(once)).toBe(10);
    expect(calls(twice)).toBe(20);
  });

  it.each([
    [{ ...settings, napi: 'on' }, 'napi=off'],
    [{ ...settings, arch: 'arm' }, 'Arm'],
  ] as const)('%o is refused with a reason', (given, reason) => {
    expect(simulate({ path: INTX_IRQFD, facts: FACTS, settings: given })).toMatchObject({
      ok: false,
      error: expect.stringContaining(reason) as string,
    });
  });
});

describe('a line that the guest shares with a device of QEMU', () => {
  const settings = { neighbour: 'emulated', napi: 'off', neighbourPeriodUs: 700 };

  it('tells the resampler at every end of an interrupt, whichever device it was of', () => {
    const { summary, steps } = run(INTX_IRQFD, settings, { all: false });
    const count = (label: string): number => steps.filter((row) => row.label === label).length;
    expect(summary.spuriousPerInterrupt).toBe(0);
    expect(count('signal-resample')).toBe(count('call-handler'));
    // VFIO looks, and touches the function only if it is masked.
    expect(count('look-if-masked')).toBe(count('call-handler'));
    expect(count('unmask-intx')).toBe(count('mask-intx'));
    expect(count('unmask-intx')).toBeLessThan(count('look-if-masked'));
  });

  it('is served by both handlers in turn, of which one finds nothing', () => {
    const { steps } = run(INTX_IRQFD, settings, { all: false });
    const count = (label: string): number => steps.filter((row) => row.label === label).length;
    expect(count('call-second-handler')).toBe(count('call-handler'));
    expect(count('irq-none')).toBeGreaterThan(0);
    expect(count('irq-none') + count('irq-handled')).toBe(count('call-handler'));
    expect(count('write-irq-stat')).toBe(count('ahci-irq-raise'));
    expect(count('nobody-handled')).toBe(0);
  });

  it('is sent again at once while the neighbour holds it', () => {
    // Both at a time; the neighbour's handler has read its status before it asserts.
    const { steps } = run(
      INTX_IRQFD,
      { ...settings, neighbourPeriodUs: 331, periodUs: 97, guest: 'busy' },
      { all: false },
      200,
    );
    const marks = steps.flatMap((row) => row.marks);
    expect(marks).toContain('sent-again-at-eoi');
    // The resampler's source goes down, the pin stays up.
    expect(steps.some(({ label, changes }) => label === 'lower-pin' && changes.length === 1)).toBe(true);
  });

  it.each([
    [{ ...settings, napi: 'on' }, 'napi=off'],
    [{ ...settings, handlerContext: 'threaded' }, 'hard'],
    [{ ...settings, arch: 'arm' }, 'Arm'],
  ] as const)('%o is refused with a reason', (given, reason) => {
    expect(simulate({ path: INTX_IRQFD, facts: FACTS, settings: given })).toMatchObject({
      ok: false,
      error: expect.stringContaining(reason) as string,
    });
  });
});

describe('an interrupt that is sent to two vCPUs by turns', () => {
  const settings = { affinity: 'move-in-handler', napi: 'off', accesses: 1 };
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, irqCpu: 0 } };
  const moved = (given: PathSettings, bugs: BugOverrides): Simulation =>
    unwrap(
      simulate({ path: INTX_IRQFD, facts, settings: { ...settings, ...given }, interrupts: 10, bugs }, 'all'),
    );

  it('is taken by each in turn, at two exits more for the redirection entry', () => {
    const { summary, steps } = moved({}, { all: false });
    expect(summary.exitReasons).toEqual({
      'EPT_MISCONFIG (MMIO)': 2,
      'MSR_READ (APIC TMR)': 1,
      'MSR_WRITE (APIC EOI)': 1,
    });
    const takers = steps.filter(({ label }) => label === 'call-handler').map(({ process }) => process);
    expect(takers).toEqual(Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 'guest' : 'guest on vCPU 1')));
    const events = steps.flatMap(({ tracepoints }) => tracepoints);
    expect(events).toContain('kvm:kvm_entry vcpu 1');
    expect(events).toContain('kvm:kvm_eoi apicid 1 vector 37');
    expect(events).toContain('kvm:kvm_ioapic_set_irq pin 21 dst 1 vec 37 (Fixed|physical|level)');
  });

  it('is taken by each in turn with the IOAPIC in QEMU, where the redirection entry costs exits to QEMU', () => {
    const { summary, steps } = unwrap(
      simulate({ path: INTX_SPLIT, facts, settings, interrupts: 10, bugs: { all: false } }, 'all'),
    );
    expect(summary.userspaceExitsPerInterrupt).toBe(3);
    const takers = steps.filter(({ label }) => label === 'call-handler').map(({ process }) => process);
    expect(new Set(takers.slice(0, 2))).toEqual(new Set(['guest', 'guest on vCPU 1']));
    const events = steps.flatMap(({ tracepoints }) => tracepoints);
    for (const dst of [0, 1]) {
      expect(events).toContain(`kvm:kvm_msi_set_irq dst ${String(dst)} vec 37 (Fixed|physical|level)`);
    }
  });

  it('is never seen again before Linux 4.15', () => {
    const { summary, steps } = moved({}, { all: false, 'eoi-after-move': true });
    expect(steps.filter(({ label }) => label === 'call-handler')).toHaveLength(1);
    expect(steps.filter(({ label }) => label === 'notify-acked')).toHaveLength(0);
    expect(summary.physicalIrqsPerInterrupt).toBe(1);
  });

  it('takes the other vCPU out of the guest to look at the table', () => {
    const { steps } = moved({ guest: 'busy' }, { all: false });
    const count = (label: string): number => steps.filter((row) => row.label === label).length;
    expect(count('kick-for-scan')).toBe(10);
    expect(count('scan-ioapic')).toBeGreaterThanOrEqual(20);
  });

  it.each([
    [{ ...settings, napi: 'on', accesses: 2 }, { irqCpu: 0 }, 'napi=off'],
    [{ ...settings, mmap: 'off' }, { irqCpu: 0 }, 'mmap=on'],
    [settings, { irqCpu: 1 }, 'cpus=3'],
    [{ ...settings, arch: 'arm' }, { irqCpu: 0 }, 'Arm'],
  ] as const)('%o %o is refused with a reason', (given, host, reason) => {
    const wrong = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
    expect(simulate({ path: INTX_IRQFD, facts: wrong, settings: given })).toMatchObject({
      ok: false,
      error: expect.stringContaining(reason) as string,
    });
  });
});

describe('a driver that is not back yet when its device interrupts', () => {
  const settings = { driver: 'resuming', napi: 'off', accesses: 1, mmapTimeoutMs: 0 };
  const count = ({ steps }: Simulation, label: string): number =>
    steps.filter((row) => row.label === label).length;

  it.each(['on', 'split', 'off'])(
    'irqchip=%s: 10,000 interrupts for nothing, then 10 ms in which it comes back',
    (irqchip) => {
      const wiring = wire(INTX_USERSPACE, { ...settings, irqchip }, FACTS, { all: false });
      const storm = runWiring(wiring, { arrivals: 1, maxSteps: 1_000_000, log: false });
      expect(storm.end).toBe('quiet');
      expect(timesTaken(wiring, storm, 'call-handler')).toBe(10_000);
      expect(timesTaken(wiring, storm, 'driver-ready')).toBe(1);
    },
  );

  it('is interrupted without end by kernels before 3.18', () => {
    const result = run(INTX_USERSPACE, settings, { all: false, 'eoi-storm': true }, 20);
    expect(result.end).toBe('step-limit');
    expect(count(result, 'driver-ready')).toBe(0);
    expect(count(result, 'call-handler')).toBeGreaterThan(1000);
  });

  it('is sent what is still held when the pause is over', () => {
    const slow = { ...settings, eoisBeforePause: 2, resumeUs: 9000, periodUs: 5000 };
    const result = run(INTX_USERSPACE, slow, { all: false }, 2);
    expect(count(result, 'eoi-inject-expires')).toBeGreaterThan(0);
    expect(count(result, 'eoi-inject-work')).toBe(count(result, 'eoi-inject-expires'));
  });

  it.each([
    [{ ...settings, napi: 'on', accesses: 2 }, 'napi=off'],
    [{ ...settings, arch: 'arm' }, 'Arm'],
    [{ ...settings, irqchip: 'split', mmapTimeoutMs: 1100 }, 'mmapTimeoutMs=0'],
  ] as const)('%o is refused with a reason', (given, reason) => {
    expect(simulate({ path: INTX_USERSPACE, facts: FACTS, settings: given })).toMatchObject({
      ok: false,
      error: expect.stringContaining(reason) as string,
    });
  });
});

describe('the vCPU runs when its interrupt is injected', () => {
  it.each([
    [INTX_IRQFD, 'intel', 'EXTERNAL_INTERRUPT'],
    [INTX_IRQFD, 'amd', 'interrupt'],
    [INTX_SPLIT, 'intel', 'EXTERNAL_INTERRUPT'],
    [INTX_SPLIT, 'amd', 'interrupt'],
    [MSI_IRQFD, 'intel', 'EXTERNAL_INTERRUPT'],
  ] as const)(
    '%s on %s: taken out by the interrupt itself, or by a kick from another CPU',
    (path, vendor, reason) => {
      const forced = (irqCpu: number): Record<string, number> => {
        const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, vendor, irqCpu } };
        const { summary } = unwrap(
          simulate({ path, facts, settings: { guest: 'busy' }, interrupts: 20, bugs: { all: false } }),
        );
        return Object.fromEntries(
          Object.entries(summary.exitReasons).filter(([name]) => name.startsWith(reason)),
        );
      };
      expect(forced(0)).toEqual({ [reason]: 1 });
      expect(forced(1)).toEqual({ [`${reason} (kick)`]: 1 });
    },
  );
});
