import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { ExplorationRequest } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { checkWiring } from '../../../src/analysis/properties.ts';
import { drawSequence } from '../../../src/diagram/sequence.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { Facts } from '../../../src/facts/facts.ts';
import { ALL_PATHS, findPath } from '../../../src/paths/all-paths.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { wireIrqfd } from '../../../src/paths/vfio-platform-irqfd.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { mermaidParser } from '../../support/mermaid.ts';
import { bugsOf, EOI_UNMASK, IRQFD, settingsOf, simulatePath, USERSPACE } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

function explored(request: Omit<ExplorationRequest, 'facts'> & { facts?: Facts }): Exploration {
  return unwrap(finish(explorePath({ facts: TEST_FACTS, ...request })));
}

/** The violated properties, each once. */
function violated({ violations }: Exploration): string[] {
  return [...new Set(violations.map(({ property }) => property))];
}

describe('every path without its known bugs', () => {
  const cases: readonly { path: string; settings: PathSettings; kernel?: string }[] = [
    { path: USERSPACE, settings: {} },
    { path: USERSPACE, settings: { handler: 'write-first', accesses: 1 } },
    { path: USERSPACE, settings: { guest: 'busy', mmapTimeoutMs: 0 } },
    { path: USERSPACE, settings: { trigger: 'edge', guestTrigger: 'edge', mmapTimeoutMs: 0 } },
    { path: IRQFD, settings: {} },
    { path: IRQFD, settings: { mmap: 'off', accesses: 3 } },
    { path: IRQFD, settings: {}, kernel: '4.4' },
    { path: IRQFD, settings: { lines: 2 } },
    { path: IRQFD, settings: { handlerContext: 'threaded' } },
    { path: USERSPACE, settings: { handlerContext: 'threaded', mmapTimeoutMs: 0 } },
    { path: IRQFD, settings: { trigger: 'edge', guestTrigger: 'edge' } },
    { path: EOI_UNMASK, settings: {} },
  ];

  it.each(cases)('$path $settings $kernel: all states seen, nothing wrong', ({ path, settings, kernel }) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...(kernel ? { kernel } : {}) } };
    // On the vCPU's own CPU the lazy disable does no harm, and is what every host has.
    const bugs = path === EOI_UNMASK ? { all: false } : { all: false, 'lazy-disable': true };
    const result = unwrap(finish(explorePath({ path, settings, facts, bugs })));
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(1000);
    expect(violated(result)).toEqual([]);
  });
});

/** Where each bug shows, and the step or situation in the counterexample that is the bug's own. */
const BUGS: readonly {
  path: string;
  bug: string;
  settings: PathSettings;
  facts?: Facts;
  property: string;
  shows: (result: Exploration) => boolean;
}[] = [
  {
    path: USERSPACE,
    bug: 'early-eoi',
    settings: {},
    property: 'no-spurious',
    // The end is guessed at a read, while the device still asserts.
    shows: ({ violations }) =>
      violations[0]?.prefix.some(({ marks }) => marks.includes('eoi-by:read')) === true,
  },
  {
    path: IRQFD,
    bug: 'active-pending-storm',
    settings: { mmap: 'off' },
    property: 'no-storm',
    shows: pendingWhileActive,
  },
  {
    path: IRQFD,
    bug: 'boot-wedge',
    settings: { start: 'reset' },
    property: 'no-lost-interrupt',
    // Injected before the reset, which forgets it.
    shows: ({ violations }) => {
      const labels = violations[0]?.prefix.map(({ label }) => label) ?? [];
      return (
        labels.includes('inject-level-1') && labels.indexOf('inject-level-1') < labels.indexOf('reset-vgic')
      );
    },
  },
  {
    path: IRQFD,
    bug: 'oneshot-resample',
    settings: { handlerContext: 'threaded' },
    property: 'no-spurious',
    // The line is unmasked at the host while the guest's thread has not cleared the device yet.
    shows: ({ violations }) => {
      const labels = violations[0]?.prefix.map(({ label }) => label) ?? [];
      return labels.indexOf('unmask-line') < labels.indexOf('clear-status');
    },
  },
  {
    path: USERSPACE,
    bug: 'wrong-interrupt-eoi',
    settings: { lines: 2, handler: 'write-first', accesses: 1, mmap: 'off', mmapTimeoutMs: 0 },
    property: 'no-wrong-end',
    // QEMU ends an interrupt other than the one whose register was accessed.
    shows: ({ violations }) => violations[0]?.prefix.at(-1)?.marks.includes('wrong-end') === true,
  },
  {
    path: USERSPACE,
    bug: 'queued-edge-unseen',
    settings: needsOf(USERSPACE, 'queued-edge-unseen'),
    property: 'edge-count',
    shows: isNotKicked,
  },
  {
    path: IRQFD,
    bug: 'queued-edge-unseen',
    settings: needsOf(IRQFD, 'queued-edge-unseen'),
    facts: { ...TEST_FACTS, host: { ...TEST_FACTS.host, irqCpu: 1 } },
    property: 'edge-count',
    shows: isNotKicked,
  },
];

/** Settings that a bug is declared to need. */
function needsOf(path: string, name: string): PathSettings {
  return findPath(path)?.info.bugs.find((bug) => bug.name === name)?.needs ?? {};
}

/** An edge is injected that kicks nobody although the vCPU is in the guest, and it is the last. */
function isNotKicked({ violations }: Exploration): boolean {
  const labels = violations[0]?.prefix.map(({ label }) => label) ?? [];
  const last = labels.lastIndexOf('inject-level-1');
  return labels.includes('kick-vcpu') && last >= 0 && !labels.slice(last).includes('kick-vcpu');
}

function pendingWhileActive({ violations }: Exploration): boolean {
  return violations.some(({ prefix, cycle }) =>
    [...prefix, ...cycle].some(({ changes }) => changes.some(({ to }) => to === 'pending and active')),
  );
}

/**
 * Looked at alone, with the settings that they are declared to need: here, in explore-notifiers, virtio-net-bugs and
 * vhost-net-receive. All but the first are the largest machines of {@link ALL_PATHS}.
 */
const SHOWN_ALONE = ['head-of-line', 'stale-notifier-fd', 'rx-stall', 'rx-livelock'];
const LEFT_OUT = process.env.IRQPATH_LONG === '1' ? ['head-of-line'] : SHOWN_ALONE;

describe('a known bug', () => {
  it.each(BUGS)(
    '$path $bug: switched on, a shortest run shows it',
    { timeout: 300_000 },
    ({ path, bug, settings, facts = TEST_FACTS, property, shows }) => {
      const on = explored({ path, settings, facts, bugs: { all: false, [bug]: true } });
      expect(violated(on)).toContain(property);
      expect(shows(on)).toBe(true);
      const off = explored({ path, settings, facts, bugs: { all: false } });
      expect(off.complete).toBe(true);
      expect(violated(off)).toEqual([]);
      // A switch that changed nothing would explore the same graph.
      expect([on.states, on.transitions]).not.toEqual([off.states, off.transitions]);
    },
  );

  it(
    'holds up the device for ever behind an edge whose handler makes no access (trace H1)',
    { timeout: 600_000 },
    () => {
      // A guest that never halts has fewer states.
      const settings = { ...needsOf(USERSPACE, 'head-of-line'), guest: 'busy' };
      const on = explored({ path: USERSPACE, settings, bugs: { all: false, 'head-of-line': true } });
      expect(on.violations.map(({ property, source }) => `${property} of ${source ?? 'all'}`)).toEqual([
        'no-lost-interrupt of dev0 0',
        'unmasked of dev0 0',
      ]);
      expect(on.violations[0]?.prefix.map(({ label }) => label)).toContain('set-pending 0');
      // The same machine serves for the queue: without an access nothing relieves it.
      const twice = { all: false, 'queued-twice': true };
      const queued = explored({ path: USERSPACE, settings, bugs: twice, stopAtViolation: true });
      expect(violated(queued)).toEqual(['no-double-injection']);
      expect(queued.violations[0]?.prefix.at(-1)?.label).toBe('inject-twice 1');
      const off = explored({ path: USERSPACE, settings, bugs: { all: false } });
      expect(off.complete).toBe(true);
      expect(violated(off)).toEqual([]);
    },
  );

  it('shows what it is declared to violate, with the settings it needs', { timeout: 300_000 }, () => {
    for (const { info } of ALL_PATHS) {
      for (const { name, violates, needs, needsHost, whatIf } of info.bugs) {
        // Those that no release has are looked at in explore-ring-bugs, -virtio-vector and -virtio-line.
        if (LEFT_OUT.includes(name) || whatIf === true) continue;
        const safety = [
          'no-spurious',
          'no-double-injection',
          'no-wrong-end',
          'no-notifier-after-stop',
          'no-sleep-unnotified',
          'no-stale-index',
          'no-use-after-close',
        ].includes(violates);
        const result = explored({
          path: info.id,
          settings: needs ?? {},
          facts: { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...needsHost } },
          bugs: { all: false, [name]: true },
          stopAtViolation: safety,
        });
        expect([name, ...violated(result)]).toContain(violates);
      }
    }
  });

  it('follows the versions in the facts unless it is overridden', () => {
    const kernel = (release: string): typeof TEST_FACTS => ({
      ...TEST_FACTS,
      host: { ...TEST_FACTS.host, kernel: release },
    });
    expect(bugsOf(IRQFD, {}, kernel('4.15'))).toContain('active-pending-storm');
    expect(bugsOf(IRQFD, {}, kernel('6.12'))).not.toContain('active-pending-storm');
    expect(bugsOf(IRQFD, { 'active-pending-storm': true }, kernel('6.12'))).toContain('active-pending-storm');
    expect(bugsOf(USERSPACE)).toContain('early-eoi');
    expect(bugsOf(USERSPACE, { all: false })).toEqual(new Set());
  });

  it('that does not exist is refused with those that do', () => {
    const result = finish(explorePath({ path: USERSPACE, facts: TEST_FACTS, bugs: { nonsense: true } }));
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining('early-eoi') as string });
  });

  it('is declared once in each path that has it, with a source', () => {
    for (const { info } of ALL_PATHS) {
      expect(new Set(info.bugs.map(({ name }) => name)).size).toBe(info.bugs.length);
      for (const { source } of info.bugs) expect(source.length).toBeGreaterThan(20);
    }
  });
});

describe('a line that is up before the machine is reset (traces P7)', () => {
  it('is lost with irqfd, and healed by the first access on the userspace path', () => {
    const settings = { start: 'reset', handler: 'write-first', accesses: 1 };
    expect(violated(explored({ path: IRQFD, settings }))).toContain('no-lost-interrupt');
    const userspace = explored({ path: USERSPACE, settings: { ...settings, mmapTimeoutMs: 0 } });
    expect(userspace.complete).toBe(true);
    expect(violated(userspace)).toEqual([]);
  });
});

describe('removing a part', () => {
  it('without the resampler the line stays masked for ever, and the explorer says so', () => {
    const without = unwrap(wireIrqfd(settingsOf(IRQFD), TEST_FACTS, new Set(), { resampler: false }));
    const { findings } = finish(checkWiring(without, { maxStates: 1e6, marks: [] }));
    expect(findings.map(({ property }) => property)).toContain('unmasked');
  });
});

describe('an old and a new kernel', () => {
  it('differ by exactly the kworker', () => {
    const processes = (kernel: string): Map<string, string[]> => {
      const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, kernel } };
      const { steps } = simulatePath(
        IRQFD,
        { jitterPercent: 0, wakeJitterPercent: 0 },
        { interrupts: 3, facts },
      );
      const labels = new Map<string, string[]>();
      for (const { process, label } of steps) labels.set(process, [...(labels.get(process) ?? []), label]);
      return labels;
    };
    const [old, current] = [processes('4.4'), processes('6.12')];
    const injection = ['inject-level-1', 'kick-vcpu'];
    expect([...old.keys()].filter((name) => !current.has(name))).toEqual(['kworker']);
    expect(old.get('kworker')).toEqual(
      Array.from({ length: 3 }, () => ['irqfd-inject', ...injection]).flat(),
    );
    expect(old.get('host IRQ')).toEqual(
      current.get('host IRQ')?.filter((label) => !injection.includes(label)),
    );
    for (const name of ['vCPU 0', 'guest', 'xgmac']) expect(old.get(name)).toEqual(current.get(name));
  });
});

describe('what can be reached', () => {
  it('both outcomes of the early unmask, each with a run that shows it (trace P2-…-readfirst)', () => {
    const reach = ['spurious-guest-interrupt', 'lowered-by-clearing-access'];
    const { witnesses } = explored({ path: USERSPACE, reach });
    expect(witnesses.map(({ outcome, reached }) => [outcome, reached])).toEqual(
      reach.map((name) => [name, true]),
    );
    const [spurious, lowered] = witnesses;
    expect(spurious?.prefix.at(-1)?.label).toBe('irq-none');
    expect(lowered?.prefix.at(-1)?.label).toBe('platform-eoi');
    expect(lowered?.prefix.filter(({ label }) => label === 'handler-entry')).toHaveLength(2);
  });

  it('no spurious interrupt with irqfd', () => {
    const { witnesses } = explored({ path: IRQFD, reach: ['spurious-guest-interrupt'] });
    expect(witnesses).toEqual([
      {
        outcome: 'spurious-guest-interrupt',
        reached: false,
        prefix: [],
        cycle: [],
        starved: [],
        timers: [],
        raised: [],
      },
    ]);
  });

  it('with the line lowered by QEMU after the end of the interrupt, a storm while the main loop starves', () => {
    const result = explored({
      path: EOI_UNMASK,
      settings: { deassert: 'qemu', handler: 'write-first', accesses: 1 },
    });
    const storm = result.violations.find(({ property }) => property === 'no-storm');
    expect(storm?.starved).toEqual(['main loop']);
    expect(storm?.cycle.length).toBeGreaterThan(5);
  });
});

describe('edges that come too fast', () => {
  it.each(['edges-merged-in-eventfd', 'edges-merged-in-vgic'])(
    'can become one interrupt, and none waits for ever: %s',
    (outcome) => {
      const settings = { trigger: 'edge', guestTrigger: 'edge', mmap: 'off', mmapTimeoutMs: 0 };
      const result = explored({ path: USERSPACE, settings, bugs: { all: false }, reach: [outcome] });
      expect(result.complete).toBe(true);
      expect(violated(result)).toEqual([]);
      expect(result.witnesses[0]).toMatchObject({ reached: true });
      expect(result.witnesses[0]?.prefix.filter(({ marks }) => marks.includes('assert')).length).toBe(2);
    },
  );

  it('are merged by nobody but the vGIC with irqfd: there is no reader of the eventfd to be late', () => {
    const reach = ['edges-merged-in-eventfd', 'edges-merged-in-vgic'];
    const settings = { trigger: 'edge', guestTrigger: 'edge' };
    const { witnesses } = explored({ path: IRQFD, settings, reach });
    expect(witnesses.map(({ reached }) => reached)).toEqual([false, true]);
  });
});

describe('a counterexample', () => {
  it('is a run that can be drawn, with what changed and who woke whom', async () => {
    const parse = await mermaidParser();
    const { violations } = explored({ path: USERSPACE });
    const [violation] = violations;
    if (!violation) throw new Error('no violation');
    expect(violation.prefix.some(({ wokenBy }) => wokenBy !== null)).toBe(true);
    await expect(parse(drawSequence(violation.prefix))).resolves.toBeTruthy();
  });
});

describe('an exploration that is given too little room', () => {
  it('says that it is incomplete and claims nothing about what lasts for ever', () => {
    const result = explored({ path: USERSPACE, maxStates: 1000 });
    expect(result.complete).toBe(false);
    expect(violated(result)).toEqual([]);
  });

  it('can be dropped at any yield', () => {
    const search = explorePath({ path: USERSPACE, facts: TEST_FACTS });
    const first = search.next();
    expect(first.done).toBe(false);
    expect(first.value).toMatchObject({ states: expect.any(Number) as number });
    search.return(undefined as never);
    expect(search.next().done).toBe(true);
  });
});
