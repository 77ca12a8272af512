import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { ExplorationRequest } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { checkWiring } from '../../../src/analysis/properties.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { wireIntxIrqfd } from '../../../src/paths/vfio-pci-intx-irqfd.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { bugsOf, INTX_IRQFD, INTX_USERSPACE, settingsOf } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

/** The host's interrupt and the vCPU on two CPUs, unless said otherwise. */
function explored(
  request: Omit<ExplorationRequest, 'facts'>,
  host: Partial<HostFacts> = { irqCpu: 1 },
): Exploration {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
  return unwrap(finish(explorePath({ facts, ...request })));
}

function violated({ violations }: Exploration): string[] {
  return [...new Set(violations.map(({ property }) => property))];
}

const SIMPLE = { napi: 'off', accesses: 1 };

describe('the INTx paths without their known bugs', { timeout: 120_000 }, () => {
  const cases: readonly { path: string; settings: PathSettings; host?: Partial<HostFacts> }[] = [
    { path: INTX_IRQFD, settings: {} },
    { path: INTX_IRQFD, settings: {}, host: { irqCpu: 0 } },
    { path: INTX_IRQFD, settings: { guest: 'busy' }, host: { vendor: 'amd', irqCpu: 0 } },
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

describe('line-before-unmap (trace X4b)', () => {
  const bugs = { all: false, 'line-before-unmap': true };

  it('storms while the main loop starves with the BARs still mapped', () => {
    const { violations } = explored({ path: INTX_USERSPACE, settings: SIMPLE, bugs });
    const storm = violations.find(({ property }) => property === 'no-storm');
    expect(storm?.starved).toEqual(['main loop']);
    expect(storm?.timers).toEqual([]);
    const cycle = storm?.cycle.map(({ label }) => label) ?? [];
    // The guest reads the cause unseen, finds nothing, ends the interrupt, and KVM sends it once more.
    for (const label of ['read-icr', 'irq-none', 'clear-remote-irr', 'accept-irq'])
      expect(cycle).toContain(label);
    expect(cycle).not.toContain('emulate-mmio');
  });

  it('is gone where the BARs are never mapped', () => {
    const result = explored({ path: INTX_USERSPACE, settings: { ...SIMPLE, mmap: 'off' }, bugs });
    expect(result.complete).toBe(true);
    expect(violated(result)).toEqual([]);
  });
});

describe('eoi-any-access (trace X4m)', { timeout: 120_000 }, () => {
  it("takes NAPI's read for the end of an interrupt that the guest has not seen yet", () => {
    const bugs = { all: false, 'eoi-any-access': true };
    const settings = { mmap: 'off' };
    const { violations } = explored({ path: INTX_USERSPACE, settings, bugs });
    expect(violations.map(({ property }) => property)).toEqual(['no-spurious']);
    const labels = violations[0]?.prefix.map(({ label }) => label) ?? [];
    expect(labels.at(-1)).toBe('irq-none');
    expect(labels).toContain('send-again');
    // Without a handler that touches the device twice there is no such access.
    expect(violated(explored({ path: INTX_USERSPACE, settings: { ...settings, ...SIMPLE }, bugs }))).toEqual(
      [],
    );
  });
});

describe('lazy-disable', () => {
  it.each([INTX_IRQFD, INTX_USERSPACE])('%s: the second host interrupt is taken for a new one', (path) => {
    const settings = { ...SIMPLE, intxMask: 'broken' };
    const on = explored({ path, settings, bugs: { all: false, 'lazy-disable': true } });
    expect(violated(on)).toEqual(['no-spurious']);
    const prefix = on.violations[0]?.prefix ?? [];
    expect(prefix.filter(({ label }) => label === 'host-interrupt')).toHaveLength(2);
    expect(prefix.map(({ label }) => label)).not.toContain('lazy-mask');
    // A function that can be masked by itself has no second interrupt.
    expect(
      violated(explored({ path, settings: SIMPLE, bugs: { all: false, 'lazy-disable': true } })),
    ).toEqual([]);
  });

  it('follows the kernel in the facts', () => {
    const kernel = (release: string): ReadonlySet<string> =>
      bugsOf(INTX_IRQFD, {}, { ...TEST_FACTS, host: { ...TEST_FACTS.host, kernel: release } });
    expect(kernel('6.12')).toContain('lazy-disable');
    expect(kernel('6.18')).not.toContain('lazy-disable');
  });
});

describe('what can be reached', () => {
  it.each([
    [INTX_IRQFD, { napi: 'off' }, 'signalled-again'],
    [INTX_IRQFD, { napi: 'off' }, 'sent-again-at-eoi'],
    [INTX_USERSPACE, { mmapTimeoutMs: 0 }, 'signalled-again'],
    [INTX_USERSPACE, { mmapTimeoutMs: 0 }, 'host-irq-none'],
    [INTX_USERSPACE, SIMPLE, 'stale-view'],
    [INTX_USERSPACE, SIMPLE, 'stay-slow'],
    [INTX_USERSPACE, SIMPLE, 'in-kernel-fault'],
  ] as const)('%s %o: %s', (path, settings, outcome) => {
    const { witnesses } = explored({ path, settings, reach: [outcome] });
    expect(witnesses.map(({ reached }) => reached)).toEqual([true]);
  });

  it('an assertion while KVM still tells of the end of the one before is kept: nothing is lost', () => {
    const settings = { napi: 'off' };
    const result = explored({
      path: INTX_IRQFD,
      settings,
      reach: ['sent-again-at-eoi'],
      bugs: { all: false },
    });
    const labels = result.witnesses[0]?.prefix.map(({ label }) => label) ?? [];
    // Raised between the notification and the clearing of remote-IRR, and not sent before that.
    expect(labels.lastIndexOf('raise-pin')).toBeGreaterThan(labels.lastIndexOf('resampler-notify'));
    expect(labels.at(-1)).toBe('clear-remote-irr');
    expect(violated(result)).toEqual([]);
  });
});

describe('removing a part', () => {
  it('without the resampler the function stays masked for ever, and the explorer says so', () => {
    const without = unwrap(
      wireIntxIrqfd(settingsOf(INTX_IRQFD), TEST_FACTS, new Set(), { resampler: false }),
    );
    const { findings } = finish(checkWiring(without, { maxStates: 1e6, marks: [] }));
    expect(findings.map(({ property }) => property)).toContain('unmasked');
  });
});
