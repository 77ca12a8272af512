import type { TextChange } from '../base/text-change.ts';
import type { Position, TextRange } from '../base/text-range.ts';

/** Turns offsets in a text into lines and characters; a line ends at `\n`, `\r\n` or `\r`, as in VS Code. */
export interface LineIndex {
  position(offset: number): Position;
  range(start: number, end: number): TextRange;
}

/** Reads `text` once; every question after that takes logarithmic time. */
export function indexLines(text: string): TextLines {
  return new TextLines(Uint32Array.from(lineStarts(text)), text.length);
}

/** The lines of a text, which those of its next version can be made of. */
export class TextLines implements LineIndex {
  readonly #starts: Uint32Array;
  readonly #length: number;
  /** The line that was found last: most questions are about one and the same. */
  #last = 0;

  /** `starts` holds where each line begins, in order. */
  constructor(starts: Uint32Array, length: number) {
    this.#starts = starts;
    this.#length = length;
  }

  position(offset: number): Position {
    const starts = this.#starts;
    const inside = Math.max(0, Math.min(offset, this.#length));
    const last = this.#last;
    if (starts[last]! <= inside && inside < (starts[last + 1] ?? Infinity)) {
      return { line: last, character: inside - starts[last]! };
    }
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= inside) low = middle;
      else high = middle - 1;
    }
    this.#last = low;
    return { line: low, character: inside - starts[low]! };
  }

  range(start: number, end: number): TextRange {
    return { start: this.position(start), end: this.position(end) };
  }

  /** Those of `text`, which the change has made of this one. */
  after({ start, endBefore, endAfter }: TextChange, text: string): TextLines {
    // Whether a line begins somewhere, the letters in front of it and behind it say.
    const kept = this.position(start - 1).line + 1;
    const next = this.position(endBefore).line + 1;
    const added: number[] = [];
    for (let at = Math.max(1, start); at <= endAfter; at++) if (beginsLine(text, at)) added.push(at);
    const starts = new Uint32Array(kept + added.length + this.#starts.length - next);
    starts.set(this.#starts.subarray(0, kept));
    starts.set(added, kept);
    starts.set(this.#starts.subarray(next), kept + added.length);
    const by = endAfter - endBefore;
    for (let i = kept + added.length; i < starts.length; i++) starts[i] = starts[i]! + by;
    return new TextLines(starts, text.length);
  }
}

/** Whether a line begins at an offset that is not the first. */
function beginsLine(text: string, at: number): boolean {
  const before = text[at - 1];
  return before === '\n' || (before === '\r' && text[at] !== '\n');
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
