import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currentStep, fire, initialState, isEnabled } from '../../../src/engine/semantics.ts';
import { procedure, RETURN } from '../../../src/engine/step.ts';
import { successors } from '../../../src/engine/successors.ts';
import { build, PARTY } from './toy.ts';

const at = 'nowhere';

function labels(model: ReturnType<typeof build>, count: number): string[] {
  const s = initialState(model);
  const process = model.processes[0];
  if (!process) throw new Error('no process');
  return Array.from({ length: count }, () => fire(process, s, 0).label);
}

describe('fire', () => {
  it('runs called procedures in place, returns, and starts over at the end', () => {
    const leaf = procedure(PARTY, 'leaf', { l1: { at }, l2: { at } });
    const model = build((m) => {
      m.process(
        'p',
        { kind: 'hardware' },
        procedure(PARTY, 'root', { a: { at, call: leaf }, b: { at, call: leaf } }),
      );
    });
    expect(labels(model, 7)).toEqual(['a', 'l1', 'l2', 'b', 'l1', 'l2', 'a']);
  });

  it('goes where the body says, and leaves out the call then', () => {
    const leaf = procedure(PARTY, 'leaf', { l1: { at } });
    const model = build((m) => {
      const flag = m.field('flag');
      m.process(
        'p',
        { kind: 'hardware' },
        procedure(PARTY, 'root', {
          a: {
            at,
            call: leaf,
            do: (s) => {
              s[flag] = 1 - (s[flag] ?? 0);
              return s[flag] === 1 ? 'c' : undefined;
            },
          },
          b: { at, do: () => RETURN },
          c: { at },
        }),
      );
    });
    expect(labels(model, 6)).toEqual(['a', 'c', 'a', 'l1', 'b', 'a']);
  });

  it('refuses a label that the procedure does not have, instead of leaving the process nowhere', () => {
    const model = build((m) => {
      m.process(
        'p',
        { kind: 'hardware' },
        procedure<string>(PARTY, 'root', { a: { at, do: () => 'nowhere' } }),
      );
    });
    expect(() => labels(model, 1)).toThrow('step a goes to "nowhere", which root does not have');
  });

  it('leaves no trace of finished calls, so that equal situations are equal states', () => {
    const leaf = procedure(PARTY, 'leaf', { l1: { at } });
    const middle = procedure(PARTY, 'middle', { m1: { at, call: leaf }, m2: { at } });
    const model = build((m) => {
      m.process('p', { kind: 'hardware' }, procedure(PARTY, 'root', { a: { at, call: middle }, b: { at } }));
    });
    const process = model.processes[0];
    if (!process) throw new Error('no process');
    const s = initialState(model);
    const start = s.slice();
    for (let i = 0; i < 5; i++) fire(process, s, 0);
    expect(s).toEqual(start);
    expect(currentStep(process, s).label).toBe('a');
  });
});

describe('isEnabled', () => {
  it('lets guest code run only in guest mode, whatever its guard says', () => {
    const model = build((m) => {
      const inGuest = m.field('in guest');
      m.process(
        'vcpu',
        { kind: 'thread', cpu: 0 },
        procedure(PARTY, 'v', { enter: { at, do: (s) => void (s[inGuest] = 1) } }),
      );
      m.process(
        'guest',
        { kind: 'guest', vcpuThread: 'vcpu', inGuest },
        procedure(PARTY, 'g', { run: { at, when: () => true } }),
      );
    });
    const [vcpu, guest] = model.processes;
    if (!vcpu || !guest) throw new Error('no processes');
    const s = initialState(model);
    expect(isEnabled(guest, s)).toBe(false);
    fire(vcpu, s, 0);
    expect(isEnabled(guest, s)).toBe(true);
  });
});

describe('successors', () => {
  it('offers every outcome of every process whose guard holds, and nothing else', () => {
    fc.assert(
      fc.property(fc.nat(4), fc.boolean(), (ways, open) => {
        const model = build((m) => {
          const picked = m.field('picked', { max: 5 });
          m.process(
            'chooser',
            { kind: 'hardware' },
            procedure(PARTY, 'c', {
              pick: { at, choose: () => ways + 1, do: (s, choice) => void (s[picked] = choice) },
            }),
          );
          m.process('gated', { kind: 'hardware' }, procedure(PARTY, 'g', { go: { at, when: () => open } }));
        });
        const next = successors(model, initialState(model));
        expect(next.filter(({ process }) => process === 0).map(({ state }) => state[0])).toEqual(
          Array.from({ length: ways + 1 }, (_, i) => i),
        );
        expect(next.some(({ process }) => process === 1)).toBe(open);
      }),
    );
  });
});
