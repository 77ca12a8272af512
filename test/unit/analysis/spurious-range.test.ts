import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { spuriousRange } from '../../../src/analysis/spurious-range.ts';
import { explore, finish } from '../../../src/engine/explore.ts';
import { procedure } from '../../../src/engine/step.ts';
import type { BugOverrides } from '../../../src/paths/bugs.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { INTX_IRQFD, INTX_USERSPACE, IRQFD, USERSPACE } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';
import { build, PARTY } from '../engine/toy.ts';

/** The range of a device whose handler may be called for nothing `from` to `to` times, or, with `again`, any number of times. */
function rangeOf(from: number, to: number, again: boolean): unknown {
  let asserted = (_s: Uint8Array): boolean => false;
  const model = build((m) => {
    const cause = m.field('cause', { values: ['no', 'yes'] });
    const calls = m.field('calls', { max: 9 });
    asserted = (s) => s[cause] === 1;
    m.process(
      'device',
      { kind: 'hardware' },
      procedure(PARTY, 'device', {
        raise: {
          at: 'device',
          when: (s) => s[cause] === 0,
          do: (s) => {
            s[cause] = 1;
            s[calls] = 0;
          },
        },
      }),
    );
    m.process(
      'handler',
      { kind: 'thread', cpu: 0 },
      procedure<string>(PARTY, 'handler', {
        look: {
          at: 'handler',
          when: (s) => s[cause] === 1,
          choose: () => 2,
          do: (s, choice) => {
            if (choice === 0 && (s[calls] as number) >= from) return 'serve';
            return again || (s[calls] as number) < to ? undefined : 'look';
          },
        },
        nothing: {
          at: 'handler',
          marks: ['spurious'],
          do: (s) => {
            s[calls] = Math.min(to, (s[calls] as number) + 1);
            return 'look';
          },
        },
        serve: {
          at: 'handler',
          do: (s) => {
            s[cause] = 0;
            return 'look';
          },
        },
      }),
    );
  });
  const graph = finish(explore(model, { maxStates: 10_000 }));
  const source = { name: 'dev0', asserted, masked: () => false, handlerLabel: 'look' };
  return finish(spuriousRange(graph, source, false, () => false));
}

describe('how often a handler is called for nothing between two services', () => {
  it.each([
    [0, 0],
    [0, 3],
    [2, 5],
  ])('%d to %d', (least, most) => {
    expect(rangeOf(least, most, false)).toEqual({ source: 'dev0', least, most });
  });

  it('has no bound if a cycle that serves nothing has such a call', () => {
    expect(rangeOf(1, 4, true)).toEqual({ source: 'dev0', least: 1, most: null });
  });

  it('is not known if the search is told to end', () => {
    const request = { path: USERSPACE, facts: TEST_FACTS, stop: () => true };
    expect(unwrap(finish(explorePath(request)))).toMatchObject({ complete: false, spuriousPerInterrupt: [] });
  });
});

describe('the ranges of the paths, two CPUs', { timeout: 120_000 }, () => {
  const SMALL = { napi: 'off', accesses: 1 };
  const cases: readonly {
    readonly path: string;
    readonly settings: PathSettings;
    readonly bugs: BugOverrides;
    readonly most: number | null;
    readonly why: string;
  }[] = [
    { path: INTX_USERSPACE, settings: SMALL, bugs: { all: false }, most: 0, why: 'nothing is wrong' },
    {
      path: INTX_USERSPACE,
      settings: SMALL,
      bugs: { all: false, 'line-before-unmap': true },
      most: null,
      why: 'the storm: traces X4b (12) and A3 (up to 34) are inside',
    },
    {
      path: INTX_USERSPACE,
      settings: { mmap: 'off' },
      bugs: { all: false, 'eoi-any-access': true },
      most: 1,
      why: 'an access that is no acknowledge ends the interrupt',
    },
    {
      path: INTX_IRQFD,
      settings: { ...SMALL, intxMask: 'broken' },
      bugs: {},
      most: 1,
      why: 'the second host interrupt of a lazy disable',
    },
    { path: USERSPACE, settings: { mmapTimeoutMs: 0 }, bugs: {}, most: 1, why: 'traces P2, readfirst' },
    {
      path: USERSPACE,
      settings: { mmapTimeoutMs: 0, handler: 'write-first', accesses: 1 },
      bugs: {},
      most: 0,
      why: 'traces P2, writefirst',
    },
    {
      path: IRQFD,
      settings: { handlerContext: 'threaded' },
      bugs: {},
      most: 2,
      why: 'trace P1, threaded ONESHOT',
    },
  ];

  it.each(cases)('$path $settings $bugs: 0 to $most ($why)', ({ path, settings, bugs, most }) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, irqCpu: 1 } };
    const result = unwrap(finish(explorePath({ path, settings, facts, bugs })));
    expect(result.complete).toBe(true);
    expect(result.spuriousPerInterrupt).toEqual([{ source: 'dev0', least: 0, most }]);
    // A storm is the only way to have no bound.
    expect(result.violations.some(({ property }) => property === 'no-storm')).toBe(most === null);
  });
});
