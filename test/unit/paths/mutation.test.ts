import { describe, expect, it } from 'vitest';
import type { CompiledStep, Model } from '../../../src/engine/compile.ts';
import { replayStates } from '../../../src/engine/replay.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import type { Wiring } from '../../../src/paths/wiring.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { FORWARDED, IRQFD, runWiring, USERSPACE, wire } from '../../support/runs.ts';

/** Runs that together pass through every step of a path; costs bend some into rare situations. */
interface Witness {
  readonly settings: PathSettings;
  readonly host?: Partial<HostFacts>;
  readonly costs?: Record<string, number>;
  readonly bugs?: Record<string, boolean>;
}

// A guest so slow that the regions are mapped again while its handler still runs, after one access or another.
const SLOW_GUESTS: readonly Witness[] = [600_000, 350_000, 280_000, 210_000].flatMap((deviceAccess) =>
  ['read-first', 'write-first'].map((handler) => ({
    settings: { handler, accesses: 5, mmapTimeoutMs: 1, periodUs: 50_000 },
    costs: { deviceAccess },
  })),
);

// The interrupt is injected between the flush and the entry, which is then cancelled.
const CANCELLED_ENTRY: Witness = {
  settings: { guest: 'busy', periodUs: 200 },
  costs: { threadWake: 0, contextSwitch: 0, vmEntry: 20_000 },
};

/** Forwarding that changes while an interrupt is on its way, at one moment of it after another. */
const FORWARDING_CHANGES: readonly Witness[] = ['assign-while-running', 'deassign-while-running'].flatMap(
  (forwarding) =>
    [980, 995, 1000, 1003, 1006, 1500].flatMap((forwardingChangeUs) =>
      [true, false].map((all) => ({
        settings: { forwarding, forwardingChangeUs, guest: 'busy' },
        host: { cpus: 3, irqCpu: 2 },
        costs: { threadWake: 0, contextSwitch: 0, deviceAccess: 3000 },
        bugs: { all },
      })),
    ),
);

const WITNESSES: Readonly<Record<string, readonly Witness[]>> = {
  [USERSPACE]: [
    { settings: {} },
    { settings: { handler: 'write-first', accesses: 3 } },
    { settings: { guest: 'busy' } },
    { settings: { periodUs: 500_000, mmapTimeoutMs: 110 } },
    { settings: { mmapTimeoutMs: 0, accesses: 4 } },
    // The vCPU is so slow to wake that the mmap timer finds the interrupt still ACTIVE.
    { settings: { mmapTimeoutMs: 1, periodUs: 50_000 }, costs: { haltWake: 3_000_000 } },
    ...SLOW_GUESTS,
    CANCELLED_ENTRY,
  ],
  [IRQFD]: [
    { settings: {} },
    { settings: { handler: 'write-first', accesses: 3, mmap: 'off' } },
    { settings: { guest: 'busy', mmap: 'off', accesses: 4 } },
    { settings: { guest: 'busy' }, host: { irqCpu: 1 } },
    { settings: { guest: 'busy' }, host: { irqCpu: 1, kernel: '4.4' } },
    { settings: { start: 'reset', guest: 'busy' }, host: { irqCpu: 1 } },
    // Up before the reset, and armed again after it.
    { settings: { start: 'reset', periodUs: 10 }, bugs: { 'boot-wedge': false } },
    { settings: { start: 'reset', periodUs: 10, mmap: 'off' } },
    { settings: { handlerContext: 'threaded' } },
    { settings: { handlerContext: 'threaded', guest: 'busy' }, host: { irqCpu: 1 } },
    { settings: { handlerContext: 'threaded' }, bugs: { 'oneshot-resample': false } },
    { ...CANCELLED_ENTRY, host: { irqCpu: 1 } },
  ],
  [FORWARDED]: [
    { settings: {} },
    { settings: { handler: 'write-first', accesses: 3, mmap: 'off' } },
    { settings: { guest: 'busy', mmap: 'off', accesses: 4 } },
    { settings: {}, host: { kernel: '3.17' } },
    { settings: {}, bugs: { 'line-never-lowered': true } },
    { ...CANCELLED_ENTRY, host: { irqCpu: 1 } },
    ...FORWARDING_CHANGES,
  ],
};

/**
 * Steps whose effect only those can see who look at the state. The first two hold off other interrupts of the CPU,
 * and this machine has none. Who resumes after an access tells a served one from a fault: after a read of the status
 * the second interrupt that it causes keeps the regions unmapped, and with irqfd they are mapped always or never.
 */
const SEEN_IN_STATE_ONLY: Readonly<Record<string, readonly string[]>> = {
  [USERSPACE]: ['gic-exception', 'priority-drop', 'read-status-resumes'],
  [IRQFD]: [
    'gic-exception',
    'priority-drop',
    'read-status-resumes',
    'clear-status-resumes',
    'access-register-1-resumes',
    'access-register-2-resumes',
    'virqfd-wakeup',
    'signal-trigger',
    'signal-resample',
    'vcpu-locks-bql',
    'configure-interrupt-resumes',
    'probe-device-resumes',
    'mask-oneshot-resumes',
    'unmask-oneshot-resumes',
  ],
  [FORWARDED]: [
    'read-status-resumes',
    'clear-status-resumes',
    'access-register-1-resumes',
    'access-register-2-resumes',
    'virqfd-wakeup',
    'signal-trigger',
    'signal-resample',
    'vcpu-locks-bql',
  ],
};

/**
 * Steps that a machine has and a path never takes: with irqfd the regions are never mapped later on, and
 * what has started stays started.
 */
const NEVER_TAKEN: Readonly<Record<string, readonly string[]>> = {
  [USERSPACE]: [],
  [IRQFD]: ['map-stage2', 'started', 'running'],
  [FORWARDED]: ['map-stage2', 'settled'],
};

/** What happened in a run, in order: the labels alone, or with the state after each. */
function story(wiring: Wiring, costs: Record<string, number> = {}, states = false): string[] {
  const run = runWiring(wiring, { arrivals: 4, maxSteps: 5000, costs });
  const lines: string[] = [];
  replayStates(wiring.model, run.log, (_, { label }, after) => {
    lines.push(states ? `${label} ${after.join()}` : label);
  });
  return lines;
}

/** The same machine with the body of one step (by label) replaced by nothing. */
function withoutBody(wiring: Wiring, label: string): Wiring {
  const replaced = new Map<CompiledStep, CompiledStep>();
  const steps = wiring.model.steps.map((compiled) => {
    if (compiled.label !== label) return compiled;
    const { do: body, ...step } = compiled.step;
    const mutant = { ...compiled, step };
    if (body) replaced.set(compiled, mutant);
    return body ? mutant : compiled;
  });
  const processes = wiring.model.processes.map((process) => ({
    ...process,
    steps: process.steps.map((compiled) => replaced.get(compiled) ?? compiled),
  }));
  const model: Model = { ...wiring.model, steps, processes };
  return { ...wiring, model };
}

describe.each([USERSPACE, IRQFD, FORWARDED])('every step of %s matters', (path) => {
  const wirings = (WITNESSES[path] ?? []).map(({ settings, costs, host, bugs }) => ({
    wiring: wire(path, settings, { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } }, bugs),
    costs,
  }));
  const originals = wirings.map(({ wiring, costs }) => story(wiring, costs));
  const all = new Set(wirings.flatMap(({ wiring }) => wiring.model.steps.map(({ label }) => label)));
  const neverTaken = NEVER_TAKEN[path] ?? [];
  const inStateOnly = SEEN_IN_STATE_ONLY[path] ?? [];
  const withBody = [...all].filter(
    (label) =>
      !neverTaken.includes(label) &&
      wirings.some(({ wiring }) =>
        wiring.model.steps.some(({ label: own, step }) => own === label && step.do),
      ),
  );
  const differs = (label: string, states: boolean): boolean =>
    wirings.some(({ wiring, costs }, i) => {
      const original = states ? story(wiring, costs, true) : originals[i];
      try {
        return story(withoutBody(wiring, label), costs, states).join() !== original?.join();
      } catch {
        // A machine so broken that it cannot run on goes another way as well.
        return true;
      }
    });

  it('each is taken in one of the runs, but for those that cannot be', () => {
    const taken = new Set(originals.flat());
    expect([...all].filter((label) => !taken.has(label))).toEqual(neverTaken);
  });

  it.each(withBody.filter((label) => !inStateOnly.includes(label)))(
    '%s: a run without its body goes another way',
    (label) => {
      expect(differs(label, false)).toBe(true);
    },
  );

  it.each(inStateOnly)('%s: a run without its body goes the same way through other states', (label) => {
    expect(differs(label, false)).toBe(false);
    expect(differs(label, true)).toBe(true);
  });
});
