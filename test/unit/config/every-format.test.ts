import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, type TextRange } from '../../../src/base/text-range.ts';
import type { LaunchFile } from '../../../src/config/launch-file.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { SAMPLE_LAUNCHES, type SampleLaunch } from '../../support/sample-launches.ts';
import { unwrap } from '../../support/unwrap.ts';

/** A night's worth in `npm run fuzz`, which also resolves every case and damages the files of others. */
const NIGHTLY = process.env.IRQPATH_FUZZ;
const CASES = Number(NIGHTLY ?? '500');
const CORPUS = NIGHTLY === undefined ? undefined : process.env.IRQPATH_CORPUS;

function filesOf(folder: string): SampleLaunch[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => ({ fileName: name, text: readFileSync(join(parentPath, name), 'utf8') }));
}

const DAMAGED = [...SAMPLE_LAUNCHES, ...(CORPUS === undefined ? [] : filesOf(CORPUS))];

/** Every range in what was read. */
function ranges(value: unknown, found: TextRange[] = []): TextRange[] {
  if (typeof value !== 'object' || value === null) return found;
  if ('start' in value && 'end' in value) {
    found.push(value as TextRange);
    return found;
  }
  for (const inner of Object.values(value)) ranges(inner, found);
  return found;
}

const SIGNS: readonly string[] = [
  ...Array.from('\'"`\\${}()[]<>&;|#\n\t=,%-+:*/'),
  ...["''", '"""', '<!--', '${', '$(', '\r\n', '\u00e9'],
];

/** A text with pieces cut out, doubled, replaced by signs that mean something, or taken from another format. */
const damaged: fc.Arbitrary<{ fileName: string; text: string }> = fc
  .record({
    sample: fc.constantFrom(...DAMAGED),
    changes: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.nat({ max: 40 }),
        other: fc.constantFrom(...DAMAGED),
        from: fc.double({ min: 0, max: 1, noNaN: true }),
        kind: fc.constantFrom('cut', 'double', 'sign', 'graft'),
        sign: fc.constantFrom(...SIGNS),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ sample, changes }) => {
    let { text } = sample;
    for (const { at, length, other, from, kind, sign } of changes) {
      const start = Math.floor(at * text.length);
      const piece = text.slice(start, start + length);
      const graft = Math.floor(from * other.text.length);
      const put = {
        cut: '',
        double: piece + piece,
        sign: sign + piece,
        graft: other.text.slice(graft, graft + length) + piece,
      }[kind];
      text = text.slice(0, start) + put + text.slice(start + piece.length);
    }
    return { fileName: sample.fileName, text };
  });

function check(file: LaunchFile, text: string): void {
  const lines = text.split(/\r\n|\r|\n/);
  for (const { start, end } of ranges([file.machines, file.problems])) {
    const isInside =
      compare(start, end) <= 0 &&
      end.line < lines.length &&
      end.character <= (lines[end.line]?.length ?? 0) + 2;
    if (!isInside) throw new Error(`${JSON.stringify({ start, end })} is no range of the text`);
  }
}

describe('every format', () => {
  it.each(SAMPLE_LAUNCHES)(
    '$fileName holds devices, without a complaint of the reader',
    ({ fileName, text }) => {
      const file = unwrap(readLaunchFile(text, fileName));
      expect(file.machines.flatMap(({ devices }) => devices).length).toBeGreaterThan(0);
      expect(file.problems).toEqual([]);
      check(file, text);
    },
  );

  it('gives something for any damage: no crash, and no place outside of the text', () => {
    fc.assert(
      fc.property(damaged, ({ fileName, text }) => {
        const file = unwrap(readLaunchFile(text, fileName));
        check(file, text);
        if (NIGHTLY !== undefined) resolveFile(file, TEST_FACTS);
      }),
      { numRuns: CASES, seed: 20_261_121 },
    );
  }, 3_600_000);
});
