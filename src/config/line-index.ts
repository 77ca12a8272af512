import type { Position, TextRange } from '../base/text-range.ts';

/** Turns offsets in a text into lines and characters; a line ends at `\n`, `\r\n` or `\r`, as in VS Code. */
export interface LineIndex {
  position(offset: number): Position;
  range(start: number, end: number): TextRange;
}

/** Reads `text` once; every question after that takes logarithmic time. */
export function indexLines(text: string): LineIndex {
  const starts = lineStarts(text);
  function position(offset: number): Position {
    const inside = Math.max(0, Math.min(offset, text.length));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= inside) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: inside - (starts[low] ?? 0) };
  }
  return { position, range: (start, end) => ({ start: position(start), end: position(end) }) };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  const loneReturns = text.includes('\r');
  let from = 0;
  for (let feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', from)) {
    if (loneReturns) addLoneReturns(text, from, feed, starts);
    from = feed + 1;
    starts.push(from);
  }
  if (loneReturns) addLoneReturns(text, from, text.length, starts);
  return starts;
}

function addLoneReturns(text: string, from: number, to: number, starts: number[]): void {
  for (let i = from; i < to; i++) {
    if (text[i] === '\r' && text[i + 1] !== '\n') starts.push(i + 1);
  }
}
