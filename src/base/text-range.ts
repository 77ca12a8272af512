/** A place in a text: both numbers count from 0, `character` in UTF-16 units, as in VS Code. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** A half-open stretch of text: `end` is the place after its last character. */
export interface TextRange {
  readonly start: Position;
  readonly end: Position;
}

/** Whether `position` lies in `range`; the end counts as inside, as for a cursor behind the last letter. */
export function contains(range: TextRange, position: Position): boolean {
  return compare(range.start, position) <= 0 && compare(position, range.end) <= 0;
}

/** Whether two ranges have a place in common, their ends included. */
export function overlap(a: TextRange, b: TextRange): boolean {
  return compare(a.start, b.end) <= 0 && compare(b.start, a.end) <= 0;
}

/** Negative if `a` comes before `b`, 0 if they are the same place, positive if after. */
export function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}
