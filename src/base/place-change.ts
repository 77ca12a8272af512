import { compare, type Position, type TextRange } from './text-range.ts';

/** How the places of a text follow a change of it. */
export class PlaceChange {
  readonly #start: Position;
  readonly #before: Position;
  readonly #after: Position;

  /** The change begins at `start`; what followed it at `before` follows it at `after`. */
  constructor(start: Position, before: Position, after: Position) {
    this.#start = start;
    this.#before = before;
    this.#after = after;
  }

  /**
   * Where a range is after the change: the same object if it is where it was, undefined if it begins or ends within what
   * changed. What was added at one of its ends is taken to stand outside of it.
   */
  moved(range: TextRange): TextRange | undefined {
    const { start, end } = range;
    if (this.leaves(range)) return range;
    const isInFront = compare(start, this.#before) < 0;
    const from = isInFront ? this.#inFront(start) : this.#behind(start);
    const to = compare(end, this.#start) <= 0 ? end : this.#orBehind(end);
    if (from === undefined || to === undefined) return undefined;
    return from === start && to === end ? range : { start: from, end: to };
  }

  /** Whether a range of the text before is that one after the change. */
  leads(before: TextRange, after: TextRange): boolean {
    if (this.leaves(before)) return isSame(before, after);
    const moved = this.moved(before);
    return moved !== undefined && isSame(moved, after);
  }

  /** Whether the change leaves a range where it is, since it is in front of it, or behind it and no line was added. */
  leaves({ start, end }: TextRange): boolean {
    if (compare(end, this.#start) <= 0) return compare(start, this.#before) < 0;
    return this.#before.line === this.#after.line && start.line > this.#before.line;
  }

  #inFront(position: Position): Position | undefined {
    return compare(position, this.#start) <= 0 ? position : undefined;
  }

  #orBehind(position: Position): Position | undefined {
    return compare(position, this.#before) >= 0 ? this.#behind(position) : undefined;
  }

  #behind(position: Position): Position {
    const [before, after] = [this.#before, this.#after];
    const lines = after.line - before.line;
    const characters = position.line === before.line ? after.character - before.character : 0;
    if (lines === 0 && characters === 0) return position;
    return { line: position.line + lines, character: position.character + characters };
  }
}

function isSame(a: TextRange, b: TextRange): boolean {
  return compare(a.start, b.start) === 0 && compare(a.end, b.end) === 0;
}
