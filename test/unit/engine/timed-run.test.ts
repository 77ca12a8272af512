import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { procedure } from '../../../src/engine/step.ts';
import { build, PARTY, run, story } from './toy.ts';

const at = 'nowhere';
const never = { at, when: () => false, rest: true } as const;

describe('runTimed', () => {
  it('pays the cost first: the effect is seen by others only at the end', () => {
    const model = build((m) => {
      const flag = m.field('flag');
      m.process(
        'writer',
        { kind: 'hardware' },
        procedure(PARTY, 'w', { write: { at, cost: 'slow', do: (s) => void (s[flag] = 1) }, rest: never }),
      );
      m.process(
        'reader',
        { kind: 'hardware' },
        procedure(PARTY, 'r', { see: { at, cost: 'quick', when: (s) => s[flag] === 1 }, rest: never }),
      );
    });
    expect(story(model, run(model, { costs: { slow: 100, quick: 1 } }))).toEqual([
      '100 writer write',
      '101 reader see',
    ]);
  });

  it('lets a process wait again when its guard is lost while it pays; the time is spent', () => {
    const model = build((m) => {
      const open = m.field('open', { initial: 1 });
      m.process(
        'slow',
        { kind: 'hardware' },
        procedure(PARTY, 's', { pass: { at, cost: 'long', when: (s) => s[open] === 1 }, rest: never }),
      );
      m.process(
        'gate',
        { kind: 'hardware' },
        procedure(PARTY, 'g', {
          close: { at, cost: 'short', do: (s) => void (s[open] = 0) },
          reopen: { at, cost: 'long', do: (s) => void (s[open] = 1) },
          rest: never,
        }),
      );
    });
    expect(story(model, run(model, { costs: { long: 100, short: 10 } }))).toEqual([
      '10 gate close',
      '110 gate reopen',
      '210 slow pass',
    ]);
  });

  it('charges a sleeping thread for its wake-up and its switch', () => {
    const model = build((m) => {
      const flag = m.field('flag');
      m.process(
        'device',
        { kind: 'hardware' },
        procedure(PARTY, 'd', { ring: { at, cost: 'ring', do: (s) => void (s[flag] = 1) }, rest: never }),
      );
      m.process(
        'sleeper',
        { kind: 'thread', cpu: 0 },
        procedure(PARTY, 't', { work: { at, cost: 'work', when: (s) => s[flag] === 1 }, rest: never }),
      );
    });
    const result = run(model, { costs: { ring: 50, work: 7, threadWake: 20, contextSwitch: 5 } });
    expect(story(model, result)).toEqual(['50 device ring', '82 sleeper work']);
    expect(result.contextSwitches).toBe(1);
  });

  it('runs threads of one CPU one after the other, those of two CPUs at once', () => {
    const two = (cpu: number): string[] => {
      const model = build((m) => {
        for (const [i, name] of ['first', 'second'].entries()) {
          m.process(
            name,
            { kind: 'thread', cpu: i * cpu },
            procedure(PARTY, name, { work: { at, cost: 'work' }, rest: never }),
          );
        }
      });
      return story(model, run(model, { costs: { work: 10 } }));
    };
    expect(two(0)).toEqual(['10 first work', '20 second work']);
    expect(two(1)).toEqual(['10 first work', '10 second work']);
  });

  it('lets a hard interrupt take the CPU from a thread, which then pays the rest', () => {
    const model = build((m) => {
      const line = m.field('line');
      m.process(
        'device',
        { kind: 'hardware' },
        procedure(PARTY, 'd', { raise: { at, cost: 'soon', do: (s) => void (s[line] = 1) }, rest: never }),
      );
      m.process(
        'irq',
        { kind: 'hardirq', cpu: 0 },
        procedure(PARTY, 'i', {
          handle: { at, cost: 'irq', when: (s) => s[line] === 1, do: (s) => void (s[line] = 0) },
        }),
      );
      m.process(
        'here',
        { kind: 'thread', cpu: 0 },
        procedure(PARTY, 'h', { work: { at, cost: 'work' }, rest: never }),
      );
      m.process(
        'there',
        { kind: 'thread', cpu: 1 },
        procedure(PARTY, 't', { work: { at, cost: 'work' }, rest: never }),
      );
    });
    expect(story(model, run(model, { costs: { soon: 30, irq: 5, work: 100 } }))).toEqual([
      '30 device raise',
      '35 irq handle',
      '100 there work',
      '105 here work',
    ]);
  });

  it('runs guest code on the CPU of its vCPU thread, and only between entry and exit', () => {
    const model = build((m) => {
      const inGuest = m.field('in guest');
      const stop = m.field('stop');
      m.process(
        'device',
        { kind: 'hardware' },
        procedure(PARTY, 'd', { kick: { at, cost: 'kick', do: (s) => void (s[stop] = 1) }, rest: never }),
      );
      m.process(
        'vcpu',
        { kind: 'thread', cpu: 0 },
        procedure(PARTY, 'v', {
          enter: { at, cost: 'entry', do: (s) => void (s[inGuest] = 1) },
          leave: {
            at,
            cost: 'exit',
            runsGuest: true,
            rest: true,
            when: (s) => s[stop] === 1,
            do: (s) => void (s[inGuest] = s[stop] = 0),
          },
        }),
      );
      m.process(
        'guest',
        { kind: 'guest', vcpuThread: 'vcpu', inGuest },
        procedure(PARTY, 'g', { compute: { at, cost: 'compute' }, rest: never }),
      );
    });
    // Entered at 10, stopped from 40 to 60: 30 of its 100 are paid, the other 70 after the second entry.
    expect(story(model, run(model, { costs: { kick: 40, entry: 10, exit: 10, compute: 100 } }))).toEqual([
      '10 vcpu enter',
      '40 device kick',
      '50 vcpu leave',
      '60 vcpu enter',
      '130 guest compute',
    ]);
  });

  it('sets a timer anew when it is armed again', () => {
    const model = build((m) => {
      const armed = m.field('armed');
      const arm = { at, cost: 'gap', arms: 'timer', do: (s: Uint8Array) => void (s[armed] = 1) } as const;
      m.process('user', { kind: 'hardware' }, procedure(PARTY, 'u', { one: arm, two: arm, rest: never }));
      m.process(
        'timer',
        { kind: 'timer', armed },
        procedure(PARTY, 't', {
          fire: { at, cost: 'delay', when: (s) => s[armed] === 1, do: (s) => void (s[armed] = 0) },
        }),
      );
    });
    expect(story(model, run(model, { costs: { gap: 60, delay: 100 } }))).toEqual([
      '60 user one',
      '120 user two',
      '220 timer fire',
    ]);
  });

  it('allows as many arrivals as asked for, then the stop, then is quiet', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), (arrivals) => {
        const model = build((m) => {
          const stopped = m.field('stopped');
          m.process(
            'world',
            { kind: 'hardware' },
            procedure(PARTY, 'w', {
              arrive: { at, cost: 'period', environment: 'arrival', when: (s) => s[stopped] === 0 },
            }),
          );
          m.process(
            'end',
            { kind: 'hardware' },
            procedure(PARTY, 'e', {
              stop: {
                at,
                environment: 'stop',
                when: (s) => s[stopped] === 0,
                do: (s) => void (s[stopped] = 1),
              },
            }),
          );
        });
        const result = run(model, { arrivals, costs: { period: 10 } });
        expect(result.end).toBe('quiet');
        expect([...result.executed]).toEqual([arrivals, 1]);
      }),
    );
  });

  it('cuts a run off that never ends', () => {
    const model = build((m) => {
      m.process('storm', { kind: 'hardware' }, procedure(PARTY, 's', { again: { at, cost: 'tick' } }));
    });
    expect(run(model, { maxSteps: 1000, costs: { tick: 1 } })).toMatchObject({
      end: 'step-limit',
      steps: 1000,
    });
  });

  it('names a cost parameter that does not exist', () => {
    const model = build((m) => {
      m.process('p', { kind: 'hardware' }, procedure(PARTY, 'p', { work: { at, cost: 'unheardOf' } }));
    });
    expect(() => run(model)).toThrow('unheardOf');
  });
});
