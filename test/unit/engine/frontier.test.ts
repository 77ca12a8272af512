import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Frontier } from '../../../src/engine/frontier.ts';

describe('Frontier', () => {
  it('gives records back in the order of adding, however it has grown', () => {
    const rounds = fc.array(fc.record({ added: fc.nat(2_000), taken: fc.nat(2_000) }), { maxLength: 6 });
    fc.assert(
      fc.property(rounds, (history) => {
        const frontier = new Frontier(2);
        const record = new Int32Array(2);
        let added = 0;
        let taken = 0;
        for (const round of history) {
          for (const end = added + round.added; added < end; added++)
            frontier.add(Int32Array.of(added, -added));
          for (const end = Math.min(added, taken + round.taken); taken < end; taken++) {
            frontier.take(record);
            if (record[0] !== taken || record[1] !== -taken) expect.fail(`record ${String(taken)} is lost`);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
