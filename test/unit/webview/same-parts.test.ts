import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepSameParts } from '../../../src/webview/same-parts.ts';

describe('a message after another', () => {
  it('says what it said', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (before, now) => {
        expect(keepSameParts(JSON.parse(before), JSON.parse(now))).toEqual(JSON.parse(now));
      }),
    );
  });

  it('is the one before if it says the same', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const before: unknown = JSON.parse(text);
        expect(keepSameParts(before, JSON.parse(text))).toBe(before);
      }),
    );
  });

  it('keeps the parts that say the same', () => {
    const before = { answer: { run: 1, shapes: [1, 2] }, races: { bugs: [{ name: 'x' }], exploring: null } };
    const sent = { answer: { run: 1, shapes: [1, 2] }, races: { bugs: [{ name: 'x' }], exploring: 'all' } };
    const now = keepSameParts(before, sent);
    expect(now).toEqual(sent);
    expect(now.answer).toBe(before.answer);
    expect(now.races).not.toBe(before.races);
    expect(now.races.bugs).toBe(before.races.bugs);
  });
});
