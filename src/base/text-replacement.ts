import type { Position, TextRange } from './text-range.ts';

/** A replacement of a stretch of a text. */
export interface TextReplacement {
  readonly range: TextRange;
  readonly text: string;
}

/** The text with all replacements made; they do not overlap. */
export function withReplacements(text: string, edits: readonly TextReplacement[]): string {
  const offsets = lineOffsets(text);
  return edits
    .map(({ range, text: words }) => ({
      start: offsetOf(offsets, range.start),
      end: offsetOf(offsets, range.end),
      words,
    }))
    .sort((a, b) => b.start - a.start)
    .reduce((edited, { start, end, words }) => edited.slice(0, start) + words + edited.slice(end), text);
}

/** Where each line of a text begins. */
export function lineOffsets(text: string): number[] {
  return [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((line) => line.index + line[0].length)];
}

/** The offset of a place, by the offsets of the lines. */
export function offsetOf(offsets: readonly number[], { line, character }: Position): number {
  return (offsets[line] ?? 0) + character;
}

/** The place of an offset, by the offsets of the lines. */
export function positionOf(offsets: readonly number[], offset: number): Position {
  const line = offsets.findLastIndex((start) => start <= offset);
  return { line, character: offset - (offsets[line] ?? 0) };
}
