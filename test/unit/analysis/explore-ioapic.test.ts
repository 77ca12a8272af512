import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { ExplorationRequest } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { checkWiring } from '../../../src/analysis/properties.ts';
import type { CheckedGraph } from '../../../src/analysis/properties.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import { wireIntxIrqfd } from '../../../src/paths/vfio-pci-intx-irqfd.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { bugsOf, INTX_IRQFD, INTX_SPLIT, INTX_USERSPACE, settingsOf } from '../../support/runs.ts';
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
const THREADED = { ...SIMPLE, handlerContext: 'threaded' };

describe('a threaded ONESHOT handler on x86', () => {
  it.each([
    [THREADED, { irqCpu: 1 }],
    [THREADED, { irqCpu: 0 }],
    [{ ...THREADED, accesses: 3, guest: 'busy', mmap: 'off' }, { irqCpu: 1 }],
    [
      { ...THREADED, intxMask: 'broken' },
      { irqCpu: 0, vendor: 'amd' },
    ],
  ] as const)(
    '%o %o: nothing wrong where the resampler waits for the pin to be unmasked',
    (settings, host) => {
      const off = explored({ path: INTX_IRQFD, settings, bugs: { all: false } }, host);
      expect(off.complete).toBe(true);
      expect(off.states).toBeGreaterThan(1000);
      expect(violated(off)).toEqual([]);
    },
  );

  it('oneshot-resample: what is held at the masked pin is sent although the device is quiet', () => {
    const reach = ['held-assertion-sent'];
    const request = { path: INTX_IRQFD, settings: THREADED, reach };
    const on = explored({ ...request, bugs: { all: false, 'oneshot-resample': true } });
    expect(violated(on)).toEqual(['no-spurious']);
    expect(on.violations[0]?.prefix.at(-1)?.label).toBe('irq-none');
    const [held] = on.witnesses;
    const labels = held?.prefix.map(({ label }) => label) ?? [];
    // Unmasked at the host before the thread has run, asserted again, held, and sent at the write that unmasks.
    expect(labels.indexOf('queue-virqfd-inject')).toBeLessThan(labels.indexOf('run-thread'));
    expect(labels.at(-1)).toBe('service-pin');
    expect(labels.filter((label) => label === 'raise-pin')).toHaveLength(2);
    // Since the fix there is no such step.
    for (const late of [true, false]) {
      const fixed = explored({ ...request, bugs: { all: false, 'oneshot-late-signal': late } });
      expect(fixed.witnesses[0]?.reached).toBe(false);
    }
  });

  it('oneshot-late-signal: the fix looks at what is pending, and two workers may still be on their way', () => {
    const on = explored({
      path: INTX_IRQFD,
      settings: THREADED,
      bugs: { all: false, 'oneshot-late-signal': true },
    });
    expect(violated(on)).toEqual(['no-spurious']);
    const labels = on.violations[0]?.prefix.map(({ label }) => label) ?? [];
    expect(labels.lastIndexOf('raise-pin')).toBeGreaterThan(labels.indexOf('unmask-rte'));
    expect(labels).not.toContain('resample-at-unmask');
  });

  it('follow the kernel in the facts', () => {
    const names = (kernel: string): string[] =>
      [...bugsOf(INTX_IRQFD, {}, { ...TEST_FACTS, host: { ...TEST_FACTS.host, kernel } })].filter((name) =>
        name.startsWith('oneshot'),
      );
    expect(names('6.1')).toEqual(['oneshot-resample']);
    expect(names('6.12')).toEqual(['oneshot-late-signal']);
  });
});

describe('a line that the guest shares with a device of QEMU', { timeout: 120_000 }, () => {
  const settings = { ...SIMPLE, neighbour: 'emulated', intxMask: 'broken' };

  it('is up while one source holds it: sent again at the end of the interrupt, and nothing is lost', () => {
    const result = explored(
      {
        path: INTX_IRQFD,
        settings,
        bugs: { all: false },
        reach: ['sent-again-at-eoi', 'spurious-guest-interrupt'],
      },
      { irqCpu: 0 },
    );
    expect(result.complete).toBe(true);
    expect(violated(result)).toEqual([]);
    expect(result.properties.map(({ name, source }) => `${name} ${source ?? ''}`)).toContain(
      'no-lost-interrupt ahci',
    );
    const [again, spurious] = result.witnesses;
    const labels = again?.prefix.map(({ label }) => label) ?? [];
    // The resampler lowers its own source alone.
    expect(labels.at(-1)).toBe('clear-remote-irr');
    expect(labels).toContain('ahci-irq-raise');
    // One device's interrupt serves the other, whose own comes when nothing is left to do: a shared line promises no
    // better.
    expect(spurious?.prefix.at(-1)?.label).toBe('nobody-handled');
  });
});

describe('eoi-after-move', { timeout: 120_000 }, () => {
  const settings = { ...SIMPLE, affinity: 'move-in-handler' };
  const host = { irqCpu: 0 };

  it.each([
    [INTX_IRQFD, 'notify-acked', '4.14', '4.15'],
    [INTX_SPLIT, 'exit-ioapic-eoi', '6.1', '6.2'],
  ])('%s: an end of interrupt that the old vCPU does not pass on', (path, passedOn, before, since) => {
    const request = { path, settings };
    const on = explored({ ...request, bugs: { all: false, 'eoi-after-move': true } }, host);
    expect(violated(on).sort()).toEqual(['no-lost-interrupt', 'unmasked']);
    const prefix = on.violations[0]?.prefix ?? [];
    const labels = prefix.map(({ label }) => label);
    // Looked at while in service, forgotten, ended, and nobody told.
    const forgets = prefix.findIndex(({ changes }) =>
      changes.some(({ field, to }) => field === 'ioapic_handled_vectors' && to === 'without it'),
    );
    expect(labels[forgets]).toBe('scan-ioapic');
    expect(labels.indexOf('write-eoi')).toBeGreaterThan(forgets);
    expect(labels).not.toContain(passedOn);
    const off = explored({ ...request, bugs: { all: false } }, host);
    expect(off.complete).toBe(true);
    expect(violated(off)).toEqual([]);
    const kernel = (release: string): ReadonlySet<string> =>
      bugsOf(path, {}, { ...TEST_FACTS, host: { ...TEST_FACTS.host, kernel: release } });
    expect(kernel(before)).toContain('eoi-after-move');
    expect(kernel(since)).not.toContain('eoi-after-move');
  });

  it('does no harm where the destination stays', () => {
    const bugs = { all: false, 'eoi-after-move': true };
    expect(violated(explored({ path: INTX_IRQFD, settings: SIMPLE, bugs }, host))).toEqual([]);
  });
});

describe('a driver that is not back yet when its device interrupts', { timeout: 120_000 }, () => {
  const resuming = { ...SIMPLE, driver: 'resuming', eoisBeforePause: 3, mmapTimeoutMs: 0 };

  it.each([
    ['on', 'eoi-storm', 'eoi_inject timer', 'eoi-inject-work'],
    ['split', 'eoi-storm-qemu', 'IOAPIC timer', 'delayed-ioapic-service'],
    ['off', 'eoi-storm-qemu', 'IOAPIC timer', 'delayed-ioapic-service'],
  ])('irqchip=%s, %s: never comes back, unless the IOAPIC pauses', (irqchip, bug, timer, service) => {
    const request = { path: INTX_USERSPACE, settings: { ...resuming, irqchip } };
    const on = explored({ ...request, bugs: { all: false, [bug]: true } });
    expect(violated(on).sort()).toEqual(['no-lost-interrupt', 'no-storm', 'unmasked']);
    const storm = on.violations.find(({ property }) => property === 'no-storm');
    // Nobody starves: the guest has nothing else to run.
    expect(storm?.starved).toEqual([]);
    expect(storm?.timers).toEqual([]);
    const cycle = storm?.cycle.map(({ label }) => label) ?? [];
    expect(cycle).toContain('call-handler');
    for (const label of ['resume-device', 'resume-read-icr']) expect(cycle).not.toContain(label);
    const off = explored({ ...request, bugs: { all: false }, reach: ['paused-at-eoi'] });
    expect(off.complete).toBe(true);
    expect(violated(off)).toEqual([]);
    const [paused] = off.witnesses;
    expect(paused?.reached).toBe(true);
    expect(paused?.prefix.filter(({ label }) => label === 'call-handler')).toHaveLength(3);
    expect(paused?.prefix.at(-1)?.changes.map(({ field }) => field)).toContain(timer);
    expect(paused?.prefix.map(({ label }) => label)).not.toContain(service);
  });

  it('is no harm once it is back: the switches follow kernel and QEMU', () => {
    const at = (host: Partial<HostFacts>): string[] =>
      [...bugsOf(INTX_USERSPACE, {}, { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } })].filter(
        (name) => name.startsWith('eoi-storm'),
      );
    expect(at({ kernel: '3.17', qemu: '4.0' })).toEqual(['eoi-storm', 'eoi-storm-qemu']);
    expect(at({ kernel: '3.18', qemu: '4.1' })).toEqual([]);
  });
});

describe('an assertion during the end of the interrupt before it', () => {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, irqCpu: 1 } };
  const settings = { ...SIMPLE, intxMask: 'broken' };
  const checked = (lowersAgain: boolean): CheckedGraph => {
    const parts = { resampler: true, ...(lowersAgain ? ({ lowersAgain } as const) : {}) };
    const wiring = unwrap(wireIntxIrqfd(settingsOf(INTX_IRQFD, settings), facts, new Set(), parts));
    return finish(checkWiring(wiring, { maxStates: 1e6, marks: ['sent-again-at-eoi'], reduce: true }));
  };

  it('is kept while remote-IRR is set and sent when it is cleared: the line is lowered once an end', () => {
    const { graph, findings, reached } = checked(false);
    expect(graph.complete).toBe(true);
    expect(findings).toEqual([]);
    const way = reached.get('sent-again-at-eoi') ?? [];
    const labels = way.map(({ step }) => graph.model.steps[step]?.label);
    expect(labels.lastIndexOf('raise-pin')).toBeGreaterThan(labels.lastIndexOf('lower-pin'));
    expect(labels.filter((label) => label === 'lower-pin')).toHaveLength(
      labels.filter((label) => label === 'notify-acked').length,
    );
  });

  it('is lost where the line is lowered once for each irqfd', () => {
    const { graph, findings } = checked(true);
    expect(findings.map(({ property }) => property)).toContain('no-lost-interrupt');
    const lost = findings.find(({ property }) => property === 'no-lost-interrupt')?.prefix ?? [];
    const labels = lost.map(({ step }) => graph.model.steps[step]?.label);
    // Told, raised again, and lowered once too often.
    expect(labels.lastIndexOf('raise-pin')).toBeGreaterThan(labels.lastIndexOf('signal-resample'));
    expect(labels.lastIndexOf('lower-pin')).toBeGreaterThan(labels.lastIndexOf('raise-pin'));
  });
});
