import { describe, expect, it } from 'vitest';
import { procedure } from '../../../src/engine/step.ts';
import type { Procedure, Step } from '../../../src/engine/step.ts';
import { build, PARTY } from './toy.ts';

const at = 'nowhere';

describe('compile', () => {
  it('gives a process one return position for each call that has something to come back to', () => {
    const leaf = procedure(PARTY, 'leaf', { work: { at } });
    const middle = procedure(PARTY, 'middle', { first: { at, call: leaf }, second: { at } });
    const tail = procedure(PARTY, 'tail', { only: { at, call: middle } });
    const model = build((m) => {
      m.process('p', { kind: 'hardware' }, tail);
    });
    expect(model.processes[0]?.depth).toBe(1);
    expect(model.stateBytes).toBe(2);
  });

  it('refuses a call cycle and names the procedures in it', () => {
    const steps: Record<string, Step> = { once: { at } };
    const knot: Procedure = { party: PARTY, name: 'knot', steps };
    steps.again = { at, call: knot };
    expect(() =>
      build((m) => {
        m.process('p', { kind: 'hardware' }, knot);
      }),
    ).toThrow('knot -> knot');
  });

  it('refuses a guest whose vCPU thread does not exist', () => {
    expect(() =>
      build((m) => {
        const inGuest = m.field('in guest');
        m.process(
          'guest',
          { kind: 'guest', vcpuThread: 'nobody', inGuest },
          procedure(PARTY, 'g', { a: { at } }),
        );
      }),
    ).toThrow('nobody');
  });
});
