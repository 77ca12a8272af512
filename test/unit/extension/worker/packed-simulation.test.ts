import { describe, expect, it } from 'vitest';
import { simulate } from '../../../../src/analysis/simulate.ts';
import { buffersOf, packRows } from '../../../../src/extension/worker/packed-rows.ts';
import { packSimulation, unpackSimulation } from '../../../../src/extension/worker/packed-simulation.ts';
import { factsFor } from '../../../support/facts.ts';
import { LEVEL_PULSE, POSTED, USERSPACE } from '../../../support/runs.ts';
import { unwrap } from '../../../support/unwrap.ts';

function run(path: string, interrupts: number) {
  return unwrap(simulate({ path, facts: factsFor(path), interrupts }));
}

describe('a packed simulation', () => {
  it.each([
    [USERSPACE, 50],
    [POSTED, 50],
    [LEVEL_PULSE, 500],
  ])('is the same after its way between threads: %s', (path, interrupts) => {
    const simulation = run(path, interrupts);
    const packed = packSimulation(simulation);
    const arrived = structuredClone(packed, { transfer: buffersOf(packed.rows) as ArrayBuffer[] });
    expect(packed.rows.kind).toHaveLength(0);
    expect(unpackSimulation(arrived)).toEqual(simulation);
  });

  it('says once what is the same for many rows, however long the run is', () => {
    const short = packRows(run(LEVEL_PULSE, 100).steps);
    const long = packRows(run(LEVEL_PULSE, 2_000).steps);
    expect(long.kind.length).toBeGreaterThan(2_000);
    expect(long.kinds.length).toBeLessThan(short.kinds.length + 10);
  });
});
