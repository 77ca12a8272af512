import { describe, expect, it } from 'vitest';
import { procedure } from '../../../src/engine/step.ts';
import { runTimed } from '../../../src/engine/timed-run.ts';
import { build, PARTY } from './toy.ts';

const at = 'nowhere';

/** Two that never rest, now one first and now the other, and an environment that goes on as long as it may. */
const MODEL = build((m) => {
  const heard = m.field('heard', { max: 1 });
  for (const name of ['left', 'right']) {
    m.process(
      name,
      { kind: 'hardware' },
      procedure(PARTY, name, {
        tick: { at, cost: name, do: (s) => void (s[heard] = 1 - (s[heard] as number)) },
      }),
    );
  }
});

const OPTIONS = {
  costs: { left: 70, right: 90, threadWake: 1, contextSwitch: 1 },
  jitter: 0.5,
  wakeJitter: 0.5,
  seed: 3,
  arrivals: 1,
  log: true,
};

describe('a timed run that is watched', () => {
  it('is the run that nobody watches, told of while it is under way', () => {
    const reports: number[] = [];
    const watched = runTimed(MODEL, { ...OPTIONS, maxSteps: 150_000 }, (arrivals) => reports.push(arrivals));
    const alone = runTimed(MODEL, { ...OPTIONS, maxSteps: 150_000 });
    expect(watched.steps).toBe(150_000);
    expect(watched.end).toBe('step-limit');
    // Buffers are compared as such: number by number takes seconds.
    const bytes = ({ log }: typeof alone): Buffer[] =>
      [log.timeNs, log.step, log.choice].map((part) => Buffer.from(part.slice().buffer));
    expect(bytes(watched).every((part, i) => part.equals(bytes(alone)[i] as Buffer))).toBe(true);
    expect(reports).toHaveLength(2);
  });
});
