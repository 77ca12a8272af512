import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { ExplorationRequest } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { checkWiring } from '../../../src/analysis/properties.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { wireArmIntxIrqfd } from '../../../src/paths/vfio-pci-arm-intx-irqfd.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { INTX_IRQFD, INTX_USERSPACE, settingsOf } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

/** The host's interrupt and the vCPU on two CPUs, unless said otherwise. */
function explored(
  { settings, ...request }: Omit<ExplorationRequest, 'facts'>,
  host: Partial<HostFacts> = { irqCpu: 1 },
): Exploration {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
  return unwrap(finish(explorePath({ facts, settings: { arch: 'arm', ...settings }, ...request })));
}

function violated({ violations }: Exploration): string[] {
  return [...new Set(violations.map(({ property }) => property))];
}

const SIMPLE = { napi: 'off', accesses: 1 };

describe('the INTx paths on Arm without their known bugs', () => {
  const cases: readonly { path: string; settings: PathSettings; host?: Partial<HostFacts> }[] = [
    { path: INTX_IRQFD, settings: {} },
    { path: INTX_IRQFD, settings: { guest: 'busy', gic: '3' }, host: { irqCpu: 0 } },
    { path: INTX_IRQFD, settings: {}, host: { irqCpu: 0, kernel: '4.19' } },
    { path: INTX_IRQFD, settings: SIMPLE, host: { irqCpu: 1, kernel: '4.19' } },
    { path: INTX_IRQFD, settings: { intxMask: 'broken' } },
    { path: INTX_IRQFD, settings: { mmap: 'off' } },
    { path: INTX_IRQFD, settings: SIMPLE },
    { path: INTX_USERSPACE, settings: {} },
    { path: INTX_USERSPACE, settings: SIMPLE },
    { path: INTX_USERSPACE, settings: { ...SIMPLE, guest: 'busy', mmapTimeoutMs: 0 }, host: { irqCpu: 0 } },
    { path: INTX_USERSPACE, settings: { ...SIMPLE, intxMask: 'broken' } },
    { path: INTX_USERSPACE, settings: { mmap: 'off' } },
  ];

  it.each(cases)('$path $settings $host: all states seen, nothing wrong', ({ path, settings, host }) => {
    const result = explored({ path, settings, bugs: { all: false } }, host);
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(1000);
    expect(violated(result)).toEqual([]);
  });
});

describe('line-before-unmap (trace A3)', () => {
  const bugs = { all: false, 'line-before-unmap': true };

  it('storms while the main loop starves with the BARs still mapped, one maintenance exit a round', () => {
    const { violations } = explored({ path: INTX_USERSPACE, settings: SIMPLE, bugs });
    const storm = violations.find(({ property }) => property === 'no-storm');
    expect(storm?.starved).toEqual(['main loop']);
    expect(storm?.timers).toEqual([]);
    const cycle = storm?.cycle.map(({ label }) => label) ?? [];
    // The guest reads the cause unseen, finds nothing, ends the interrupt, and the vGIC presents it once more.
    for (const label of ['read-icr', 'irq-none', 'end-interrupt', 'notify-acked', 'flush-vgic'])
      expect(cycle).toContain(label);
    expect(cycle.filter((label) => label === 'leave-guest')).toHaveLength(1);
    expect(cycle).not.toContain('io-mem-abort');
  });

  it('is gone where the BARs are never mapped', () => {
    const result = explored({ path: INTX_USERSPACE, settings: { ...SIMPLE, mmap: 'off' }, bugs });
    expect(result.complete).toBe(true);
    expect(violated(result)).toEqual([]);
  });
});

describe('eoi-any-access', () => {
  const request = {
    path: INTX_USERSPACE,
    settings: { mmap: 'off' },
    bugs: { all: false, 'eoi-any-access': true },
  };

  it('has the interrupt signalled again, and does no other harm to this driver: a vGIC forgets a line that goes down', () => {
    const result = explored({ ...request, reach: ['signalled-again'] });
    expect(result.witnesses.map(({ reached }) => reached)).toEqual([true]);
    expect(result.complete).toBe(true);
    expect(violated(result)).toEqual([]);
  });

  it('gives the guest an empty interrupt on x86, where a local APIC keeps what it has accepted', () => {
    expect(violated(explored({ ...request, settings: { mmap: 'off', arch: 'x86' } }))).toEqual([
      'no-spurious',
    ]);
  });
});

describe('other known bugs', () => {
  it.each([INTX_IRQFD, INTX_USERSPACE])(
    '%s, lazy-disable: the second exception is taken for a new one',
    (path) => {
      const settings = { ...SIMPLE, intxMask: 'broken' };
      const on = explored({ path, settings, bugs: { all: false, 'lazy-disable': true } });
      expect(violated(on)).toEqual(['no-spurious']);
      const prefix = on.violations[0]?.prefix.map(({ label }) => label) ?? [];
      expect(prefix.filter((label) => label === 'gic-exception').length).toBeGreaterThan(1);
      expect(prefix.slice(prefix.lastIndexOf('gic-exception'))).not.toContain('lazy-mask');
    },
  );

  it('active-pending-storm: an end that is never seen leaves the line up', () => {
    const bugs = { all: false, 'active-pending-storm': true };
    expect(violated(explored({ path: INTX_IRQFD, settings: { mmap: 'off' }, bugs }))).toContain('no-storm');
  });
});

describe('what can be reached', () => {
  it.each([
    [INTX_IRQFD, { napi: 'off' }, 'signalled-again'],
    [INTX_USERSPACE, {}, 'host-irq-none'],
    [INTX_USERSPACE, SIMPLE, 'stale-view'],
    [INTX_USERSPACE, SIMPLE, 'stay-slow'],
    [INTX_USERSPACE, SIMPLE, 'in-kernel-fault'],
  ] as const)('%s %o: %s', (path, settings, outcome) => {
    const { witnesses } = explored({ path, settings, reach: [outcome] });
    expect(witnesses.map(({ reached }) => reached)).toEqual([true]);
  });
});

describe('removing a part', () => {
  it('without the resampler the function stays masked for ever, and the explorer says so', () => {
    const settings = settingsOf(INTX_IRQFD, { arch: 'arm' });
    const without = unwrap(wireArmIntxIrqfd(settings, TEST_FACTS, new Set(), { resampler: false }));
    const { findings } = finish(checkWiring(without, { maxStates: 1e6, marks: [] }));
    expect(findings.map(({ property }) => property)).toContain('unmasked');
  });
});
