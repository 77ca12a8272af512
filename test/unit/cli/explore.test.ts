import { describe, expect, it } from 'vitest';
import type { Exploration, ExploredRun } from '../../../src/analysis/exploration.ts';
import { OUTCOMES } from '../../../src/analysis/outcomes.ts';
import type { ShownStep } from '../../../src/analysis/simulation.ts';
import { explorationDiagram } from '../../../src/diagram/exploration-diagram.ts';
import { explorationText } from '../../../src/cli/exploration-text.ts';
import { BROKEN, PROMISED } from '../../../src/analysis/property-text.ts';
import { ALL_PATHS } from '../../../src/paths/all-paths.ts';
import { factsFor, TEST_FACTS } from '../../support/facts.ts';
import { mermaidParser } from '../../support/mermaid.ts';
import { IRQFD, USERSPACE, wire } from '../../support/runs.ts';
import { irqpath, type Outcome } from './irqpath.ts';

async function explore(args: readonly string[]): Promise<{ status: number; exploration: Exploration }> {
  const { status, out } = await irqpath(['explore', ...args, '--json']);
  return { status, exploration: JSON.parse(out) as Exploration };
}

/** Labels of the messages of a diagram. */
function messages(diagram: string): string[] {
  return [...diagram.matchAll(/^ {2}p\d+(?:-\)|-?->>)p\d+: (.*)$/gm)].map(([, label]) => label ?? '');
}

function step(index: number, overrides: Partial<ShownStep> = {}): ShownStep {
  return {
    index,
    party: 'KVM',
    home: 'kernel',
    process: 'vCPU 0',
    context: 'thread',
    label: `step-${index}`,
    at: 'nowhere',
    tracepoints: [],
    marks: [],
    changes: [],
    wokenBy: null,
    entered: 'next',
    ...overrides,
  };
}

/** A run of steps numbered from 0, the last `cycle` of them for ever. */
function runOf(prefix: number, cycle: number, overrides: Partial<ExploredRun> = {}): ExploredRun {
  const steps = Array.from({ length: prefix + cycle }, (_, i) => step(i));
  return {
    prefix: steps.slice(0, prefix),
    cycle: steps.slice(prefix),
    starved: [],
    raised: [],
    timers: [],
    ...overrides,
  };
}

function explorationOf(overrides: Partial<Exploration>): Exploration {
  return {
    path: 'a/path',
    settings: {},
    facts: TEST_FACTS,
    bugs: {},
    arrivals: 'unbounded',
    complete: true,
    reduced: false,
    states: 10,
    transitions: 20,
    depth: 5,
    properties: [],
    spuriousPerInterrupt: [],
    violations: [],
    witnesses: [],
    ...overrides,
  };
}

describe('irqpath explore', () => {
  it('finds a known bug with its switch on, with status 1, and nothing with all of them off', async () => {
    const small = ['--path', USERSPACE, '--set', 'mmapTimeoutMs=0'];
    const on = await explore([...small, '--bug', 'all=off', '--bug', 'early-eoi=on']);
    expect(on.status).toBe(1);
    expect(on.exploration).toMatchObject({
      path: USERSPACE,
      bugs: { 'early-eoi': true, 'wrong-interrupt-eoi': false },
      arrivals: 'unbounded',
      complete: true,
      violations: [{ property: 'no-spurious' }],
    });
    const off = await explore([...small, '--bug', 'all=off']);
    expect(off.status).toBe(0);
    expect(off.exploration).toMatchObject({ complete: true, violations: [], bugs: { 'early-eoi': false } });
  });

  it('answers whether an outcome can be reached, with a run that ends in it', async () => {
    const names = ['spurious-guest-interrupt', 'stay-slow'];
    const args = ['--path', USERSPACE, '--bug', 'all=off', ...names.flatMap((name) => ['--reach', name])];
    const { witnesses } = (await explore(args)).exploration;
    expect(witnesses.map(({ outcome, reached }) => [outcome, reached])).toEqual([
      ['spurious-guest-interrupt', false],
      ['stay-slow', true],
    ]);
    expect(witnesses[0]?.prefix).toEqual([]);
    expect(witnesses[1]?.prefix.at(-1)?.marks).toContain(OUTCOMES['stay-slow']?.mark);
    const { out } = await irqpath(['explore', ...args]);
    expect(out).toContain('spurious-guest-interrupt: cannot be reached:');
    expect(out).toContain(`stay-slow: reached in ${witnesses[1]?.prefix.length ?? 0} steps:`);
  });

  it('gives settings and facts to the machine', async () => {
    const today = await explore(['--path', IRQFD]);
    const old = await explore(['--path', IRQFD, '--set', 'accesses=3', '--host', 'kernel=5.4']);
    expect(old.exploration).toMatchObject({ settings: { accesses: 3 }, facts: { host: { kernel: '5.4' } } });
    expect(old.exploration.states).toBeGreaterThan(today.exploration.states);
  });

  it('explores the path of a device of a file, with what the file and the options say for it', async () => {
    const files = {
      'vm.sh':
        'qemu-system-x86_64 -accel kvm -M q35,kernel-irqchip=split -device vfio-pci,host=1:0.0,id=nic\n',
    };
    const asked = ['vm.sh', '--device', 'nic', '--set', 'guest=busy'];
    const { status, out } = await irqpath(['explore', ...asked, '--json'], files);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      path: 'vfio-pci/msi-irqfd',
      settings: { arch: 'x86', irqchip: 'split', guest: 'busy' },
      complete: true,
    });
    expect((await irqpath(['explore', ...asked], files)).out).toContain('\nnic at vm.sh:1:');
  });

  it('gives up at --max-states and does not claim that nothing can happen', async () => {
    const { status, exploration } = await explore(['--path', IRQFD, '--max-states', '100']);
    expect(status).toBe(0);
    expect(exploration).toMatchObject({ complete: false, violations: [] });
    const { out } = await irqpath(['explore', '--path', IRQFD, '--max-states', '100']);
    expect(out.split('\n')[0]).toContain('NOT EVERYTHING WAS LOOKED AT');
  });

  it('says of every property whether it holds, is violated, or was not looked at', async () => {
    const verdicts = async (...args: string[]): Promise<Record<string, string>> => {
      const { exploration } = await explore(['--path', USERSPACE, '--bug', 'all=off', ...args]);
      return Object.fromEntries(exploration.properties.map(({ name, verdict }) => [name, verdict]));
    };
    const names = [
      'no-spurious',
      'no-double-injection',
      'no-deadlock',
      'no-lost-interrupt',
      'unmasked',
      'no-storm',
    ];
    const all = await verdicts();
    expect(Object.keys(all)).toEqual(expect.arrayContaining(names));
    expect(new Set(Object.values(all))).toEqual(new Set(['holds']));
    expect(await verdicts('--bug', 'early-eoi=on')).toMatchObject({
      'no-spurious': 'violated',
      'no-storm': 'holds',
    });
    expect(new Set(Object.values(await verdicts('--max-states', '100')))).toEqual(new Set(['unknown']));
  });

  it('ends at the first violation of a safety property with --first, and shows the same run', async () => {
    const args = ['--path', USERSPACE, '--bug', 'all=off', '--bug', 'early-eoi=on'];
    const whole = (await explore(args)).exploration;
    const first = await explore([...args, '--first']);
    expect(first.status).toBe(1);
    expect(first.exploration.complete).toBe(false);
    expect(first.exploration.states).toBeLessThan(whole.states);
    const isSpurious = ({ property }: { property: string }): boolean => property === 'no-spurious';
    expect(first.exploration.violations.find(isSpurious)).toEqual(whole.violations.find(isSpurious));
    expect(first.exploration.properties).toContainEqual({
      name: 'no-spurious',
      source: null,
      verdict: 'violated',
    });
    expect(first.exploration.properties).toContainEqual({
      name: 'no-deadlock',
      source: null,
      verdict: 'unknown',
    });
  });

  it('tells those who wait how far it is, and nothing at the end', async () => {
    const told: string[] = [];
    await irqpath(
      ['explore', '--path', USERSPACE, '--bug', 'all=off'],
      {},
      { progress: (text) => told.push(text) },
    );
    expect(told[0]).toMatch(/^\d+ states, \d+ transitions, \d+ still to look at$/);
    expect(told.at(-1)).toBe('');
  });

  it.each([
    ['in the search', 'still to look at'],
    ['while properties are checked', 'checking properties'],
  ])('stopped by Ctrl-C %s, it gives what it knows and says that it is not all', async (_, moment) => {
    const whole = await explore(['--path', USERSPACE]);
    const stopped = await stopAt(['explore', '--path', USERSPACE, '--json'], moment);
    const known = JSON.parse(stopped.out) as Exploration;
    expect(known.complete).toBe(false);
    expect(known.states).toBeGreaterThan(0);
    expect(known.states).toBeLessThanOrEqual(whole.exploration.states);
    expect(stopped.err).toContain('the search was cut off');
    expect(stopped.status).toBe(known.violations.length > 0 ? 1 : 0);
    expect(known.properties.some(({ verdict }) => verdict === 'unknown')).toBe(true);
    const { states, violations } = whole.exploration;
    if (moment === 'checking properties') {
      // What was found before the properties of endless runs are looked at is not lost.
      expect(known).toMatchObject({ states, violations });
    } else {
      expect(known.states).toBeLessThan(states);
    }
  });

  it('draws a run as a diagram that Mermaid takes, a message a step', async () => {
    // A guest that takes the line for an edge never lets KVM resample it: the line stays masked.
    const args = ['--path', IRQFD, '--set', 'guestTrigger=edge'];
    const { violations } = (await explore(args)).exploration;
    expect(violations.map(({ property }) => property)).toContain('unmasked');
    const parse = await mermaidParser();
    for (const [i, { prefix, cycle }] of violations.entries()) {
      const { out, status } = await irqpath([
        'explore',
        ...args,
        '--format',
        'mermaid',
        '--run',
        String(i + 1),
      ]);
      expect(status).toBe(1);
      await expect(parse(out)).resolves.toBeTruthy();
      expect(messages(out)).toEqual([...prefix, ...cycle].map(({ label }) => label));
    }
  });

  it('has nothing to draw if nothing was found, and no run of a number that there is not', async () => {
    const nothing = await irqpath(['explore', '--path', IRQFD, '--format', 'mermaid']);
    expect(nothing).toMatchObject({ status: 0, out: '' });
    expect(nothing.err).toContain('nothing to draw');
    const second = await irqpath(['explore', '--path', IRQFD, '--format', 'mermaid', '--run', '2']);
    expect(second).toMatchObject({ status: 2, out: '' });
    expect(second.err).toContain('--run: there is no run 2; there are 0');
  });
});

/** Runs `irqpath` and interrupts it as soon as its progress says so. */
async function stopAt(args: readonly string[], moment: string): Promise<Outcome> {
  const controller = new AbortController();
  return irqpath(
    args,
    {},
    {
      interruption: () => controller.signal,
      progress: (text) => {
        if (text.includes(moment)) controller.abort();
      },
    },
  );
}

describe('what explore prints for people', () => {
  it('begins with the verdict', () => {
    const violation = { property: 'no-storm', source: 'dev0', ...runOf(1, 1) };
    const first = (overrides: Partial<Exploration>): string =>
      explorationText(explorationOf(overrides), null).split('\n')[0] ?? '';
    expect(first({})).toBe('a/path: no violation found; all interleavings were explored');
    expect(first({ violations: [violation] })).toBe(
      'a/path: violated: no-storm (dev0); all interleavings were explored',
    );
    expect(first({ complete: false })).toContain('NOT EVERYTHING WAS LOOKED AT: there may be violations');
    expect(first({ complete: false, violations: [violation] })).toContain('there may be more');
  });

  it('says how often the handler may find nothing to do', () => {
    const range = { source: 'dev0', least: 0, most: null };
    const text = (spuriousPerInterrupt: Exploration['spuriousPerInterrupt']): string =>
      explorationText(explorationOf({ spuriousPerInterrupt }), null);
    expect(text([range])).toContain(
      'spurious guest interrupts 0 to any number for each interrupt that is served (dev0)',
    );
    expect(text([{ ...range, most: 3 }])).toContain('spurious guest interrupts 0 to 3 for each interrupt');
    expect(text([{ ...range, most: 0 }])).not.toContain('spurious');
  });

  it('numbers the steps, marks where the cycle begins, and names who starves and which timers elapse', () => {
    const changes = [
      { field: 'line', from: 'low', to: 'high', notable: true },
      { field: 'noise', from: '0', to: '1', notable: false },
    ];
    const run = runOf(2, 2, {
      prefix: [step(0), step(1, { party: 'vGIC', changes })],
      starved: ['main loop'],
      timers: ['mmap timer'],
    });
    const text = explorationText(
      explorationOf({ violations: [{ property: 'no-storm', source: 'dev0', ...run }] }),
      null,
    );
    expect(text).toContain(
      [
        '1. no-storm · dev0',
        `   ${BROKEN['no-storm'] ?? ''}`,
        '#  party  step    what changes',
        '1  KVM    step-0',
        '2  vGIC   step-1  line low → high',
        'and then for ever:',
        '3  KVM    step-2',
        '4  KVM    step-3',
        'starves main loop: could go on at any time of the cycle and never does',
        'relies on timers: mmap timer; here a timer may elapse at any moment',
      ].join('\n'),
    );
  });

  it('does not call an outcome impossible that was only not met yet', () => {
    const witnesses = [{ outcome: 'stay-slow', reached: false, ...runOf(0, 0) }];
    expect(explorationText(explorationOf({ witnesses }), null)).toContain('stay-slow: cannot be reached:');
    expect(explorationText(explorationOf({ witnesses, complete: false }), null)).toContain(
      'stay-slow: not reached in what was seen:',
    );
  });

  it('fits a terminal, for every path', { timeout: 120_000 }, async () => {
    for (const { info } of ALL_PATHS) {
      // Of virtio there is more to see than this needs.
      const enough = info.id.startsWith('virtio/') ? ['--max-states', '20000'] : [];
      const { out } = await irqpath(['explore', '--path', info.id, '--reach', 'in-kernel-fault', ...enough]);
      for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    }
  });

  it('has words for every property that a path promises and every bug violates', () => {
    const names = ALL_PATHS.flatMap(({ info }) => [
      ...Object.keys(wire(info.id, {}, factsFor(info.id)).safety),
      ...info.bugs.map(({ violates }) => violates),
    ]);
    for (const name of [...names, 'no-lost-interrupt', 'unmasked', 'no-storm', 'no-deadlock'])
      for (const words of [BROKEN, PROMISED]) expect(words).toHaveProperty(name);
  });
});

describe('explorationDiagram', () => {
  it('puts the cycle in a loop and keeps one message a step, in order', async () => {
    const run = runOf(3, 2);
    const text = explorationDiagram(run, 'a lasso');
    await expect((await mermaidParser())(text)).resolves.toBeTruthy();
    expect(messages(text)).toEqual([...run.prefix, ...run.cycle].map(({ label }) => label));
    const [before = '', inside = ''] = text.split('  loop for ever\n');
    expect(messages(before)).toHaveLength(3);
    expect(messages(inside)).toHaveLength(2);
    expect(text.endsWith('\n  end')).toBe(true);
  });

  it.each([
    [500, 0, 0],
    [500, 10, 290],
    [10, 400, 0],
  ])(
    'of %i steps and a cycle of %i draws the last 300 under their own numbers',
    async (prefix, cycle, before) => {
      const run = runOf(prefix, cycle);
      const text = explorationDiagram(run, 'long');
      await expect((await mermaidParser())(text)).resolves.toBeTruthy();
      const left = prefix + cycle - 300;
      expect(messages(text)).toEqual([...run.prefix, ...run.cycle].slice(-300).map(({ label }) => label));
      expect(text).toContain(`  autonumber ${left + 1}\n`);
      expect(text).toContain(`%% the last 300 of ${prefix + cycle} steps; the first ${left} are left out`);
      if (cycle > 0) expect(messages(text.split('  loop for ever\n')[0] ?? '')).toHaveLength(before);
    },
  );
});
