import type { Property, SourceText } from './launch-file.ts';
import type { LineIndex } from './line-index.ts';
import type { Word } from './word.ts';
import { partRange, sourceText } from './source-texts.ts';

/**
 * Reads `value,key=value,flag`, the form of most option values of QEMU: `,,` in a value is a comma, and the
 * first item may leave out its key, which is then `implicitKey` unless that is null. Never fails: what makes no sense to QEMU is
 * for the catalogue to say.
 */
export function readKeyValueList(
  word: Word,
  implicitKey: string | null,
  from: Property['from'],
  lines: LineIndex,
): Property[] {
  const unknown = unknownLetters(word);
  const properties: Property[] = [];
  let start = 0;
  while (start < word.text.length) {
    const item = endOfItem(word.text, start, unknown);
    const isFirst = start === 0;
    if (item.end > start) {
      properties.push(readItem(word, start, item, isFirst ? implicitKey : null, from, lines));
    }
    start = item.end + 1;
  }
  return properties;
}

interface Item {
  /** Index of the `=`; -1 without one. */
  readonly equals: number;
  readonly end: number;
  readonly hasEscapes: boolean;
}

function endOfItem(text: string, start: number, isUnknown: (index: number) => boolean): Item {
  let equals = -1;
  let hasEscapes = false;
  let i = start;
  for (; i < text.length; i++) {
    const c = text[i];
    if ((c !== ',' && c !== '=') || isUnknown(i)) continue;
    if (c === '=') {
      if (equals < 0) equals = i;
    } else if (text[i + 1] === ',') {
      hasEscapes = true;
      i += 1;
    } else break;
  }
  return { equals, end: Math.min(i, text.length), hasEscapes };
}

function readItem(
  word: Word,
  start: number,
  { equals, end, hasEscapes }: Item,
  implicitKey: string | null,
  from: Property['from'],
  lines: LineIndex,
): Property {
  const range = partRange(lines, word, start, end);
  const base = { from, range, valueType: 'text' } as const;
  if (equals >= 0) {
    const value = unescaped(sourceText(lines, word, equals + 1, end), hasEscapes);
    return { ...base, key: sourceText(lines, word, start, equals), value };
  }
  const text = sourceText(lines, word, start, end);
  if (implicitKey === null) return { ...base, key: text, value: null };
  const key = { text: implicitKey, range: partRange(lines, word, start, start), known: true };
  return { ...base, key, value: unescaped(text, hasEscapes) };
}

function unescaped(text: SourceText, hasEscapes: boolean): SourceText {
  return hasEscapes ? { ...text, text: text.text.replaceAll(',,', ',') } : text;
}

/** Tells which letters come from an unknown value: a comma or equals sign there separates nothing. */
function unknownLetters(word: Word): (index: number) => boolean {
  const unknown = word.runs.filter((run) => !run.known);
  if (unknown.length === 0) return () => false;
  let next = 0;
  return (index) => {
    while (next < unknown.length && end(next) <= index) next += 1;
    return next < unknown.length && (unknown[next]?.at ?? 0) <= index;
  };
  function end(i: number): number {
    const run = unknown[i];
    return run === undefined ? 0 : run.at + run.length;
  }
}
