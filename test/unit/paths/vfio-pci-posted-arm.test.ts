import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { Facts, HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { buildLimits } from '../../../src/resolve/path-settings.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { bugsOf, count, POSTED, simulatePath } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const STEADY = { arch: 'arm', jitterPercent: 0, wakeJitterPercent: 0 };

function gicv4(host: Partial<HostFacts> = {}): Facts {
  return { ...TEST_FACTS, host: { ...TEST_FACTS.host, posting: 'on', ...host } };
}

function explored(settings: PathSettings, bugs: Record<string, boolean>, facts = gicv4()): Exploration {
  return unwrap(finish(explorePath({ path: POSTED, settings: { arch: 'arm', ...settings }, facts, bugs })));
}

describe('messages that a GICv4 forwards', () => {
  it.each([
    [{}, {}],
    [{ guest: 'busy' }, {}],
    [{ mmap: 'off' }, { irqCpu: 1 }],
    [{ inhibitedBy: 'no-bypass' }, { irqCpu: 1 }],
    [{ inhibitedBy: 'remapped-by-guest', guest: 'busy' }, {}],
  ] as const)('%o %o: none is lost in any interleaving', (settings, host) => {
    const result = explored(settings, { all: false }, gicv4(host));
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(100);
    expect(result.violations.map(({ property }) => property)).toEqual([]);
  });

  it('reach a vCPU that runs without an exit, a host interrupt or a line in a trace', () => {
    const options = { interrupts: 20, facts: gicv4() };
    const { steps, summary } = simulatePath(POSTED, { ...STEADY, guest: 'busy' }, options);
    expect(summary).toMatchObject({ exitsPerInterrupt: 0, physicalIrqsPerInterrupt: 0 });
    expect(steps.filter(({ inCycle }) => inCycle).flatMap(({ tracepoints }) => tracepoints)).toEqual([]);
  });

  it('wake a vCPU that waits in WFI by the doorbell that it has asked for, once', () => {
    const { steps, summary } = simulatePath(POSTED, STEADY, { interrupts: 20, facts: gicv4() });
    expect(count(steps, 'doorbell-handler')).toBe(20);
    expect(count(steps, 'handler-entry')).toBe(0);
    expect(summary).toMatchObject({ physicalIrqsPerInterrupt: 1 });
  });

  it('send no second doorbell before the vCPU has run', () => {
    const settings = { ...STEADY, periodUs: 3 };
    const { steps } = simulatePath(POSTED, settings, { interrupts: 10, facts: gicv4() });
    const messages = count(steps, 'translate-to-vlpi');
    expect(messages).toBe(10);
    expect(count(steps, 'doorbell-handler')).toBeLessThan(messages);
  });

  it.each(['no-bypass', 'remapped-by-guest'])(
    'inhibitedBy=%s: KVM injects, and nobody is told',
    (inhibitedBy) => {
      const { steps } = simulatePath(POSTED, { ...STEADY, inhibitedBy }, { interrupts: 5, facts: gicv4() });
      expect(count(steps, 'inject-cached-lpi')).toBe(5);
      expect(count(steps, 'translate-to-vlpi')).toBe(0);
    },
  );
});

describe('doorbell-race', () => {
  it('lets a vCPU sleep with its interrupt pending: the doorbell came while its vPE left', () => {
    const [violation] = explored({}, { all: false, 'doorbell-race': true }).violations;
    expect(violation?.property).toBe('no-lost-interrupt');
    const labels = violation?.prefix.map(({ label }) => label) ?? [];
    const stored = labels.lastIndexOf('store-pending-last');
    const rung = labels.lastIndexOf('doorbell-handler');
    expect(rung).toBeGreaterThan(labels.lastIndexOf('vgic-v4-put'));
    expect(stored).toBeGreaterThan(rung);
  });

  it('is in Linux 5.7 to 5.9', () => {
    expect(bugsOf(POSTED, {}, gicv4({ kernel: '5.8' }))).toContain('doorbell-race');
    expect(bugsOf(POSTED, {}, gicv4({ kernel: '5.10' }))).not.toContain('doorbell-race');
  });
});

describe('what a GICv4 does not do is refused by a sentence', () => {
  it.each([
    [{ inhibitedBy: 'delivery-mode' }, gicv4(), 'inhibitedBy=delivery-mode needs arch=x86'],
    [{ preemptionUs: 100 }, gicv4(), 'preemptionUs needs arch=x86'],
    [{}, TEST_FACTS, 'posting=on'],
    [{ gic: '2' }, gicv4(), 'gic'],
  ] as const)('%o', (settings, facts, text) => {
    const result = finish(explorePath({ path: POSTED, settings: { arch: 'arm', ...settings }, facts }));
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining(text) as string });
  });
});

it('is not run for a guest with a GICv2, and the answer says so', () => {
  expect(buildLimits(POSTED, { arch: 'arm', gic: '2' }, gicv4())).toBe(
    'this path is not built yet for gic=2, only for 3',
  );
});
