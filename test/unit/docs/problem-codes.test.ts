import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const NAMED = /(?:code: |code = |problem\()'([a-z-]+)'/g;
/** Why a file is not read at all: an error of the command. */
const OF_FILES = ['binary', 'too-large'];

function codesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...readFileSync(join(ROOT, folder, name), 'utf8').matchAll(NAMED)])
    .flatMap(([, code]) => code ?? []);
}

describe('docs/json.md', () => {
  it('lists every code of a problem, and no other', () => {
    const text = readFileSync(join(ROOT, 'docs/json.md'), 'utf8');
    const [, table = ''] = /^Codes of problems[^]*?\n(\| -[^]*?)\n\n/m.exec(text) ?? [];
    const listed = [...table.matchAll(/^\| ([^|]*)\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([a-z-]+)`/g)].flatMap(([, code]) => code ?? []),
    );
    const codes = [...new Set([...codesIn('src/config'), ...codesIn('src/resolve')])];
    expect(listed.toSorted()).toEqual(codes.filter((code) => !OF_FILES.includes(code)).sort());
  });
});
