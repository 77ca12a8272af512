import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareReleases, isBetween, isRelease } from '../../../src/facts/releases.ts';

describe('release numbers', () => {
  it.each([
    ['10.1', '9.2', 1],
    ['7.2.22', '7.2', 1],
    ['7.2', '7.2.0', 0],
    ['6.12.95-1+deb12', '6.12.95', 0],
    ['3.17-rc1', '3.17', -1],
    ['3.17-rc1', '3.16.9', 1],
    ['2.4', '10.0', -1],
  ])('%s against %s is %i: numbers count, not letters', (a, b, sign) => {
    expect(Math.sign(compareReleases(a, b))).toBe(sign);
    expect(Math.sign(compareReleases(b, a))).toBe(sign === 0 ? 0 : -sign);
  });

  it.each(['10', '10.1', '7.2.22', '6.1.0-13-amd64', '10.0.2+ds'])('%s is a release', (text) => {
    expect(isRelease(text)).toBe(true);
  });

  it.each(['', 'v6.12', '6.', '.5', '6.12 ', 'latest', '1.2.3.4.5', '99999.1'])('%j is none', (text) => {
    expect(isRelease(text)).toBe(false);
  });

  it('orders any three releases without contradiction', () => {
    const release = fc.array(fc.nat(30), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(release, release, release, (a, b, c) => {
        if (compareReleases(a, b) <= 0 && compareReleases(b, c) <= 0) {
          expect(compareReleases(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  it('has a feature from the release that brought it until the one that removed it', () => {
    expect(isBetween('10.1.9', '2.4', '10.2')).toBe(true);
    expect(isBetween('10.2', '2.4', '10.2')).toBe(false);
    expect(isBetween('2.3', '2.4', null)).toBe(false);
  });
});
