import type { TextRange } from '../base/text-range.ts';
import type { SourceText } from './launch-file.ts';
import type { LineIndex } from './line-index.ts';
import { isKnown, sourceOffsets, type Word } from './word.ts';

/** The text from index `from` to `to` of a word, with its place in the file. */
export function sourceText(lines: LineIndex, word: Word, from = 0, to = word.text.length): SourceText {
  return {
    text: word.text.slice(from, to),
    range:
      from === 0 && to === word.text.length
        ? lines.range(word.start, word.end)
        : partRange(lines, word, from, to),
    known: isKnown(word, from, to),
  };
}

/** The place in the file of the text from index `from` to `to` of a word. */
export function partRange(lines: LineIndex, word: Word, from: number, to: number): TextRange {
  const { start, end } = sourceOffsets(word, from, to);
  return lines.range(start, end);
}
