import { describe, expect, it } from 'vitest';
import { measure, measureBySteps, simulate, simulateBySteps } from '../../../src/analysis/simulate.ts';
import { runToEnd } from '../../../src/base/steps.ts';
import type { Steps } from '../../../src/base/steps.ts';
import { jobsInTurn } from '../../../src/extension/slices.ts';
import { TEST_FACTS } from '../../support/facts.ts';

const REQUEST = { path: 'vfio-pci/intx-irqfd', facts: TEST_FACTS, interrupts: 40 };

/** As many steps of two milliseconds as it is told to make; writes down each. */
function* steps(name: string, count: number, log: string[]): Steps<string> {
  for (let i = 0; i < count; i++) {
    const end = performance.now() + 2;
    while (performance.now() < end);
    log.push(name);
    yield;
  }
  return name;
}

function* failing(): Steps<string> {
  yield;
  throw new Error('no such path');
}

describe('jobs in turn', () => {
  it('are done one after the other, with a pause in front of every slice', async () => {
    const log: string[] = [];
    const inTurn = jobsInTurn(() => {
      log.push('pause');
      return Promise.resolve();
    });
    const both = [inTurn(steps('a', 8, log)), inTurn(steps('b', 8, log))];
    expect(await Promise.all(both)).toEqual(['a', 'b']);
    expect(log.filter((entry) => entry !== 'pause').join('')).toBe('aaaaaaaabbbbbbbb');
    // A slice is four milliseconds: on a busy machine fewer steps, never more.
    expect(log.join(' ')).not.toContain('a a a');
    expect(log[0]).toBe('pause');
  });

  it('do not wait for one that fails', async () => {
    const inTurn = jobsInTurn();
    const first = inTurn(failing());
    const second = inTurn(steps('b', 1, []));
    await expect(first).rejects.toThrow('no such path');
    expect(await second).toBe('b');
  });
});

describe('a simulation by steps', () => {
  it('comes to what it comes to at once, and gives way every few hundred steps of the model', () => {
    expect(runToEnd(simulateBySteps(REQUEST))).toEqual(simulate(REQUEST));
    const job = measureBySteps(REQUEST);
    let pauses = 0;
    let step = job.next();
    for (; step.done !== true; step = job.next()) pauses++;
    expect(step.value).toEqual(measure(REQUEST));
    expect(pauses).toBeGreaterThan(5);
  });
});
