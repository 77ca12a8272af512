import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestName } from '../../../src/base/nearest-name.ts';

const NAMES = ['x-irqfd', 'mmap-timeout-ms', 'host', 'gic-version'];

describe('the nearest name', () => {
  it.each([
    ['x-irqdf', 'x-irqfd'],
    ['mmap_timeout_ms', 'mmap-timeout-ms'],
    ['GIC-Version', 'gic-version'],
    ['hots', 'host'],
    ['hats', undefined],
    ['hosts', 'host'],
    ['netdev', undefined],
    ['', undefined],
  ])('of %j is %j', (written, meant) => {
    expect(nearestName(written, NAMES)).toBe(meant);
  });

  it('of a name is the name itself, and anything found is one of the names', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), fc.string(), (name, other) => {
        expect(nearestName(name, NAMES)).toBe(name);
        expect([...NAMES, undefined]).toContain(nearestName(other, NAMES));
      }),
    );
  });

  it('is not looked for where the text is too long to be a name', () => {
    expect(nearestName('x'.repeat(1_000_000), NAMES)).toBeUndefined();
  });
});
