import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../src/analysis/simulate.ts';
import type { Simulation } from '../../../src/analysis/simulation.ts';
import { fire, initialState } from '../../../src/engine/semantics.ts';
import { successors } from '../../../src/engine/successors.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { INTX_IRQFD, INTX_USERSPACE, runWiring, wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

function run(
  path: string,
  settings: PathSettings,
  host: Partial<HostFacts> = { irqCpu: 1 },
  interrupts = 20,
): Simulation {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
  return unwrap(simulate({ path, facts, settings, interrupts, bugs: {} }, 'all'));
}

describe('exits of an x86 level interrupt with irqfd (traces X4a, X4k)', () => {
  it('are two: the read of the trigger mode and the end of interrupt', () => {
    for (const intxMask of ['pci23', 'broken']) {
      const { summary } = run(INTX_IRQFD, { intxMask });
      expect(summary.exitsPerInterrupt).toBe(2);
      expect(summary.exitReasons).toEqual({ 'MSR_READ (APIC TMR)': 1, 'MSR_WRITE (APIC EOI)': 1 });
      expect(summary.userspaceExitsPerInterrupt).toBe(0);
      expect(summary.spuriousPerInterrupt).toBe(0);
    }
  });

  it('are one more when the vCPU runs: a kick, and the interrupt itself if it comes to that CPU', () => {
    const kicked = run(INTX_IRQFD, { guest: 'busy' });
    expect(kicked.summary.exitReasons['EXTERNAL_INTERRUPT (kick)']).toBe(1);
    expect(kicked.summary.exitsPerInterrupt).toBe(3);
    // The worker runs on that CPU too, before the guest is entered again: no kick is needed.
    const shared = run(INTX_IRQFD, { guest: 'busy' }, { irqCpu: 0 });
    expect(shared.summary.exitReasons).toEqual({
      EXTERNAL_INTERRUPT: 1,
      'MSR_READ (APIC TMR)': 1,
      'MSR_WRITE (APIC EOI)': 1,
    });
  });

  it('have the names of the CPU and of the APIC mode', () => {
    expect(Object.keys(run(INTX_IRQFD, {}, { vendor: 'amd', irqCpu: 1 }).summary.exitReasons)).toEqual([
      'msr (APIC EOI)',
      'msr (APIC TMR)',
    ]);
    const facts = {
      host: { ...TEST_FACTS.host, irqCpu: 1 },
      guest: { ...TEST_FACTS.guest, x2apic: 'off' },
    } as const;
    const { summary, steps } = unwrap(simulate({ path: INTX_IRQFD, facts }, 'all'));
    expect(Object.keys(summary.exitReasons)).toEqual(['APIC_ACCESS (APIC EOI)', 'APIC_ACCESS (APIC TMR)']);
    expect(steps.flatMap(({ tracepoints }) => tracepoints).join()).not.toContain('kvm_msr');
  });
});

describe('host interrupts', () => {
  it('are one for a function that masks itself, two for a line that is disabled lazily', () => {
    expect(run(INTX_IRQFD, {}).summary.physicalIrqsPerInterrupt).toBe(1);
    expect(run(INTX_IRQFD, { intxMask: 'broken' }).summary.physicalIrqsPerInterrupt).toBe(2);
  });
});

describe('an interrupt that is still up when it is unmasked', () => {
  it('is signalled again without a host interrupt', () => {
    const { summary, steps } = run(
      INTX_IRQFD,
      { napi: 'off', guestHandler: 40_000, periodUs: 50, jitterPercent: 0, wakeJitterPercent: 0 },
      { irqCpu: 1 },
      2,
    );
    const count = (wanted: string): number => steps.filter(({ label }) => label === wanted).length;
    expect(count('virqfd-inject')).toBe(1);
    expect(count('host-interrupt')).toBe(1);
    expect(count('call-handler')).toBe(2);
    expect(summary.spuriousPerInterrupt).toBe(0);
  });
});

describe('the storm of the userspace path (trace X4b)', () => {
  const spurious = (settings: PathSettings): number =>
    run(INTX_USERSPACE, { ...settings, jitterPercent: 0, wakeJitterPercent: 0 }, { irqCpu: 1 }, 1).summary
      .spuriousPerInterrupt;

  it('lasts as long as the slot takes to go', () => {
    const counts = [500, 5000, 25_000, 100_000].map((memorySlotDelete) =>
      spurious({ memorySlotDelete, guest: 'busy' }),
    );
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts[0]).toBeLessThanOrEqual(2);
    expect(counts[3]).toBeGreaterThan(15);
  });

  it('costs three exits a round: the window, the read of the trigger mode, the end of interrupt', () => {
    const { summary } = run(INTX_USERSPACE, { napi: 'off', accesses: 1, guest: 'busy' }, { irqCpu: 1 }, 1);
    const { exitReasons, guestIrqsPerInterrupt, spuriousPerInterrupt } = summary;
    expect(spuriousPerInterrupt).toBeGreaterThan(3);
    expect(exitReasons.INTERRUPT_WINDOW).toBe(guestIrqsPerInterrupt - 1);
    expect(exitReasons['MSR_READ (APIC TMR)']).toBe(guestIrqsPerInterrupt);
    expect(exitReasons['MSR_WRITE (APIC EOI)']).toBe(guestIrqsPerInterrupt);
  });

  it('does not come back while the BARs stay unmapped, and never comes without mmap', () => {
    const slow = run(INTX_USERSPACE, { mmapTimeoutMs: 0 });
    expect(slow.summary.regionUnmapsPerInterrupt).toBe(1 / 20);
    expect(slow.shapes[0]?.title).toBe('6 exits, 1 host interrupt');
    expect(run(INTX_USERSPACE, { mmap: 'off' }).summary.spuriousPerInterrupt).toBe(0);
    const again = run(INTX_USERSPACE, { mmapTimeoutMs: 1, periodUs: 5000 });
    expect(again.summary.regionUnmapsPerInterrupt).toBe(1);
    expect(again.summary.spuriousPerInterrupt).toBeGreaterThan(1);
  });
});

describe('what does not go together', () => {
  it.each([
    [{ accesses: 1 }, {}, 'napi=on'],
    [{ guest: 'busy' }, { cpus: 1, irqCpu: 0 }, 'cpus=2'],
    [{ gicAccess: 5 }, {}, 'gicAccess'],
  ] as const)('%o %o is refused with a reason', (settings, host, reason) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
    expect(simulate({ path: INTX_IRQFD, facts, settings })).toMatchObject({
      ok: false,
      error: expect.stringContaining(reason) as string,
    });
  });

  it('a profile of another architecture', () => {
    expect(simulate({ path: INTX_IRQFD, facts: TEST_FACTS, profile: 'cortex-a15' })).toMatchObject({
      ok: false,
      error: expect.stringContaining('x86') as string,
    });
  });
});

describe('one model', () => {
  const paths = fc.constantFrom(INTX_IRQFD, INTX_USERSPACE);
  const settings = fc.record({
    napi: fc.constantFrom('on', 'off'),
    intxMask: fc.constantFrom('pci23', 'broken'),
    guest: fc.constantFrom('idle', 'busy'),
    mmap: fc.constantFrom('on', 'off'),
    periodUs: fc.integer({ min: 20, max: 3000 }),
  });
  const cpus = fc.integer({ min: 0, max: 1 });

  it('every step of a jittered timed run is a transition of the successor relation, inside the declared ranges', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), paths, settings, cpus, (seed, path, given, irqCpu) => {
        const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, irqCpu } };
        const wiring = wire(path, given, facts);
        const { model } = wiring;
        const timed = runWiring(wiring, { seed, jitter: 0.5, wakeJitter: 0.9, arrivals: 3, maxSteps: 2000 });
        const s = initialState(model);
        for (let i = 0; i < timed.log.length; i++) {
          const step = model.steps[timed.log.step[i] ?? 0];
          const process = model.processes[step?.process ?? 0];
          if (!step || !process) throw new Error('log names no step');
          const possible = successors(model, s);
          const choice = timed.log.choice[i] ?? 0;
          fire(process, s, choice);
          const found = possible.find((t) => t.step === step.id && t.choice === choice);
          expect(found?.state).toEqual(s);
          model.fields.forEach(({ name, max }, field) => {
            if ((s[field] ?? 0) > max)
              throw new Error(`${name} is ${String(s[field])}, more than ${String(max)}`);
          });
        }
        expect(s).toEqual(timed.state);
      }),
      { numRuns: 30 },
    );
  });

  it('comes to rest after every run, with nothing masked and nothing in service', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), paths, settings, cpus, (seed, path, given, irqCpu) => {
        const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, irqCpu } };
        const wiring = wire(path, given, facts);
        const timed = runWiring(wiring, { seed, arrivals: 5 });
        expect(timed.end).toBe('quiet');
        expect(wiring.isAtRest(timed.state)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
