import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPieces } from '../../../src/cli/read-pieces.ts';
import { unwrap } from '../../support/unwrap.ts';

let folder: string;
const BYTES = 3_000_000;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irqpath-'));
  writeFileSync(join(folder, 'large'), 'a'.repeat(BYTES));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const nothing = Readable.from([]);

describe('a file of any size', () => {
  it('comes in pieces, all of it', async () => {
    const sizes: number[] = [];
    unwrap(await readPieces(join(folder, 'large'), nothing, ({ length }) => sizes.push(length) > 0));
    expect(sizes.reduce((a, b) => a + b)).toBe(BYTES);
    expect(sizes.length).toBeGreaterThan(2);
  });

  it('is read no further than is asked for', async () => {
    let pieces = 0;
    unwrap(await readPieces(join(folder, 'large'), nothing, () => ++pieces < 2));
    expect(pieces).toBe(2);
  });

  it('- is standard input', async () => {
    const read: Uint8Array[] = [];
    unwrap(await readPieces('-', Readable.from([Buffer.from('ab'), 'ü']), (piece) => read.push(piece) > 0));
    expect(Buffer.concat(read).toString()).toBe('abü');
  });

  it.each([
    ['missing', /no such file/],
    ['.', /is a directory/],
    ['/dev/null/x', /a part of the path is not a directory/],
  ])('%s: says why there is none', async (name, message) => {
    const result = await readPieces(name === '.' ? folder : name, nothing, () => true);
    expect(result).toMatchObject({ ok: false, error: expect.stringMatching(message) as string });
  });
});
