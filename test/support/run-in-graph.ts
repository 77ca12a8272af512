import { expect } from 'vitest';
import { fire, initialState } from '../../src/engine/semantics.ts';
import { successors } from '../../src/engine/successors.ts';
import type { Wiring } from '../../src/paths/wiring.ts';
import { runWiring } from './runs.ts';

/**
 * Makes a jittered timed run and follows it through the explorer's successor relation: every step of it is a transition,
 * every state inside the declared ranges; in the end nothing is wanted and the path is at rest.
 */
export function expectRunInGraph(wiring: Wiring, seed: number): void {
  const { model, sources, isAtRest } = wiring;
  const timed = runWiring(wiring, { seed, jitter: 0.5, wakeJitter: 0.9, arrivals: 6, maxSteps: 8000 });
  const s = initialState(model);
  for (let i = 0; i < timed.log.length; i++) {
    const step = model.steps[timed.log.step[i] ?? 0];
    const process = model.processes[step?.process ?? 0];
    if (!step || !process) throw new Error('log names no step');
    const possible = successors(model, s);
    const choice = timed.log.choice[i] ?? 0;
    fire(process, s, choice);
    expect(possible.find((t) => t.step === step.id && t.choice === choice)?.state).toEqual(s);
    model.fields.forEach(({ name, max }, field) => {
      if ((s[field] ?? 0) > max) throw new Error(`${name} is ${String(s[field])}, more than ${String(max)}`);
    });
  }
  expect(s).toEqual(timed.state);
  expect(timed.end).toBe('quiet');
  expect(sources.some(({ asserted }) => asserted(s))).toBe(false);
  expect(isAtRest(s)).toBe(true);
}
