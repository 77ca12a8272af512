import { describe, expect, it } from 'vitest';
import { simulate } from '../../../../src/analysis/simulate.ts';
import type { SimulationRequest } from '../../../../src/analysis/simulate.ts';
import { Runs } from '../../../../src/extension/runs.ts';
import { TEST_FACTS } from '../../../support/facts.ts';
import { unwrap } from '../../../support/unwrap.ts';

const LINE: SimulationRequest = { path: 'vfio-pci/msi-irqfd', facts: TEST_FACTS, interrupts: 2 };

describe('a run beside the panel', () => {
  it('ends no long run that is under way, and is made once', async () => {
    let stopped = 0;
    let made = 0;
    const runs = new Runs(
      {
        simulate: (request) => {
          made++;
          return Promise.resolve(simulate(request));
        },
        measure: () => Promise.reject(new Error('not asked for')),
      },
      {
        simulate: () => ({
          result: new Promise(() => undefined),
          stop: () => {
            stopped++;
          },
        }),
      },
    );
    void runs.run({ ...LINE, interrupts: 5_000 });
    const beside = unwrap(await runs.runBeside(LINE));
    expect(beside.path).toBe(LINE.path);
    expect(stopped).toBe(0);
    expect(unwrap(await runs.run(LINE))).toBe(beside);
    expect([made, stopped]).toEqual([1, 1]);
    expect((await runs.runBeside({ ...LINE, path: 'no/path' })).ok).toBe(false);
  });
});
