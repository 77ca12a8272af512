import { describe, expect, it } from 'vitest';
import { simulate } from '../../../src/analysis/simulate.ts';
import type { Simulation } from '../../../src/analysis/simulation.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { INTX_IRQFD, INTX_USERSPACE } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

function run(
  path: string,
  settings: PathSettings,
  host: Partial<HostFacts> = { irqCpu: 1 },
  interrupts = 20,
): Simulation {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
  return unwrap(simulate({ path, facts, settings: { arch: 'arm', ...settings }, interrupts }, 'all'));
}

describe('exits of INTx on Arm with irqfd (trace A2)', () => {
  it('are one: the maintenance interrupt at the end; one more if the vCPU has to be forced out of the guest', () => {
    for (const gic of ['2', '3']) {
      expect(run(INTX_IRQFD, { gic }).summary.exitReasons).toEqual({ IRQ_MAINTENANCE: 1 });
      const kicked = run(INTX_IRQFD, { gic, guest: 'busy' }).summary;
      expect(kicked.exitReasons).toEqual({ IRQ_KICK: 1, IRQ_MAINTENANCE: 1 });
      expect(kicked.userspaceExitsPerInterrupt).toBe(0);
      const shared = run(INTX_IRQFD, { gic, guest: 'busy' }, { irqCpu: 0 }).summary;
      expect(shared.exitReasons).toEqual({ IRQ_PHYSICAL: 1, IRQ_MAINTENANCE: 1 });
    }
  });

  it('need a kworker before the kernel injects SPIs in atomic context, also on the CPU of a guest that never idles', () => {
    for (const irqCpu of [0, 1]) {
      const { summary, steps } = run(INTX_IRQFD, { guest: 'busy' }, { irqCpu, kernel: '4.19' });
      expect(steps.filter(({ label }) => label === 'irqfd-inject')).toHaveLength(20);
      expect(summary.guestIrqsPerInterrupt).toBe(1);
    }
    const { steps } = run(INTX_IRQFD, {});
    expect(steps.map(({ process }) => process)).not.toContain('kworker');
  });

  it('have one physical exception for a function that masks itself, two for a line that is disabled lazily', () => {
    expect(run(INTX_IRQFD, {}).summary.physicalIrqsPerInterrupt).toBe(1);
    expect(run(INTX_IRQFD, { intxMask: 'broken' }).summary.physicalIrqsPerInterrupt).toBe(2);
  });
});

describe('the storm of the userspace path on Arm (trace A3)', () => {
  it('costs one maintenance exit a round, and lasts as long as the slot takes to go', () => {
    const rounds = [500, 50_000, 200_000].map((memorySlotDelete) => {
      const { summary } = run(INTX_USERSPACE, { gic: '3', memorySlotDelete }, { irqCpu: 0, vcpuCpu: 1 }, 1);
      expect(summary.exitReasons.IRQ_MAINTENANCE).toBe(summary.guestIrqsPerInterrupt);
      return summary.spuriousPerInterrupt;
    });
    expect(rounds).toEqual(rounds.toSorted((a, b) => a - b));
    expect(rounds[2]).toBeGreaterThan(20);
  });

  it('is over once the BARs are unmapped: five trapped accesses, of which the first is taken for the end', () => {
    const { shapes } = run(INTX_USERSPACE, { mmapTimeoutMs: 0 });
    expect(shapes[0]?.title).toBe('5 exits, 1 host interrupt');
    expect(run(INTX_USERSPACE, { mmap: 'off' }).summary.spuriousPerInterrupt).toBe(0);
  });
});

describe('what does not go together', () => {
  it.each([
    [{ irqchip: 'off' }, {}, 'irqchip'],
    [{ accesses: 1 }, {}, 'napi=on'],
    [{ guest: 'busy' }, { cpus: 1, irqCpu: 0 }, 'cpus=2'],
  ] as const)('%o %o is refused with a reason', (settings, host, reason) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
    expect(simulate({ path: INTX_IRQFD, facts, settings: { arch: 'arm', ...settings } })).toMatchObject({
      ok: false,
      error: expect.stringContaining(reason) as string,
    });
  });
});
