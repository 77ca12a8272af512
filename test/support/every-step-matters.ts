import { expect, it } from 'vitest';
import type { CompiledStep, Model } from '../../src/engine/compile.ts';
import { replayStates } from '../../src/engine/replay.ts';
import type { HostFacts } from '../../src/facts/facts.ts';
import type { PathSettings } from '../../src/paths/path.ts';
import type { Wiring } from '../../src/paths/wiring.ts';
import { TEST_FACTS } from './facts.ts';
import { runWiring, wire } from './runs.ts';

/** Runs that together pass through every step of a path; costs bend some into rare situations. */
export interface Witness {
  readonly settings: PathSettings;
  readonly host?: Partial<HostFacts>;
  readonly costs?: Record<string, number>;
  readonly bugs?: Record<string, boolean>;
}

/** A path and what is known of its steps. */
export interface StepsOfPath {
  readonly path: string;
  readonly witnesses: readonly Witness[];
  /** Steps whose effect only those can see who look at the state. */
  readonly seenInStateOnly: readonly string[];
  /** Steps that the machine has and the path never takes. */
  readonly neverTaken: readonly string[];
  /** Steps that decide where to go next, and in every run of the path the same. */
  readonly alwaysOneWay: readonly string[];
  /** Steps whose effect makes no difference in the state that this path is run in. */
  readonly changesNothing?: readonly string[];
  /** A path whose steps are left out, as its own witnesses see to them. */
  readonly builtOn?: string;
  /** The settings of that path. */
  readonly builtWith?: PathSettings;
}

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

/** The tests that empty the body of every step in turn and want another run. */
export function everyStepMatters({
  path,
  witnesses,
  seenInStateOnly,
  neverTaken,
  alwaysOneWay,
  changesNothing = [],
  builtOn,
  builtWith,
}: StepsOfPath): void {
  const wirings = witnesses.map(({ settings, costs, host, bugs }) => ({
    wiring: wire(path, settings, { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } }, bugs),
    costs,
  }));
  const originals = wirings.map(({ wiring, costs }) => story(wiring, costs));
  const known = builtOn === undefined ? [] : wire(builtOn, builtWith).model.steps.map(({ label }) => label);
  const all = new Set(
    wirings
      .flatMap(({ wiring }) => wiring.model.steps.map(({ label }) => label))
      .filter((label) => !known.includes(label)),
  );
  const withBody = [...all].filter(
    (label) =>
      !neverTaken.includes(label) &&
      !alwaysOneWay.includes(label) &&
      !changesNothing.includes(label) &&
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

  it.each(withBody.filter((label) => !seenInStateOnly.includes(label)))(
    '%s: a run without its body goes another way',
    (label) => {
      expect(differs(label, false)).toBe(true);
    },
  );

  it.each(seenInStateOnly)('%s: a run without its body goes the same way through other states', (label) => {
    expect(differs(label, false)).toBe(false);
    expect(differs(label, true)).toBe(true);
  });
}
