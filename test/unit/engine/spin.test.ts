import { describe, expect, it } from 'vitest';
import { explore, finish } from '../../../src/engine/explore.ts';
import { hasSpin, searchWithSpin } from './spin.ts';
import { boundedBuffer, peterson, philosophers } from './textbook.ts';

// Skipped, and said so, where Debian's packages spin and gcc are not installed.
describe.skipIf(!hasSpin())('the explorer meets exactly the states that SPIN meets', () => {
  it.each([
    ['peterson', 2, peterson()],
    ['philosophers', 5, philosophers(5)],
    ['philosophers', 7, philosophers(7)],
    ['buffer', 3, boundedBuffer(3)],
  ])('%s of %i', (name, size, model) => {
    const graph = finish(explore(model, { maxStates: 1_000_000 }));
    expect(graph.complete).toBe(true);
    expect(searchWithSpin({ name, defines: [`N=${String(size)}`] })[0]?.states).toBe(graph.states.size);
  });
});
