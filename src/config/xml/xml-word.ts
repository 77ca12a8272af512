import { detached } from '../../base/detached.ts';
import type { Run, Word } from '../word.ts';
import type { Stretch } from './xml-element.ts';

/** The text of an attribute or element with its entities resolved, as a word whose letters know their places. */
export function xmlWord(source: string, { start, end }: Stretch): Word {
  const raw = source.slice(start, end);
  const parts: string[] = [];
  const runs: Run[] = [];
  let length = 0;
  const add = (text: string, from: number, sourceLength: number, verbatim: boolean): void => {
    if (text.length === 0) return;
    runs.push({ at: length, length: text.length, source: from, sourceLength, verbatim, known: true });
    parts.push(text);
    length += text.length;
  };
  let begin = start;
  for (let at = raw.indexOf('&'); at >= 0; at = raw.indexOf('&', at + 1)) {
    const i = start + at;
    const match = ENTITY.exec(raw.slice(at, at + LONGEST_ENTITY));
    const character = match === null ? undefined : entityText(match[1] ?? '');
    if (match === null || character === undefined) continue;
    add(source.slice(begin, i), begin, i - begin, true);
    add(character, i, match[0].length, false);
    begin = i + match[0].length;
  }
  add(source.slice(begin, end), begin, end - begin, true);
  return { text: detached(parts.join('')), runs, start, end };
}

const ENTITY = /^&(#\d{1,7}|#x[0-9a-fA-F]{1,6}|lt|gt|amp|quot|apos);/;
const LONGEST_ENTITY = 12;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function entityText(name: string): string | undefined {
  if (!name.startsWith('#')) return NAMED[name];
  const code = name.startsWith('#x') ? parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
