/** Widest line of text output. */
export const COLUMNS = 100;

/** Breaks a paragraph into lines; the first begins with `first`, the others with `rest`. */
export function wrap(text: string, first: string, rest = ' '.repeat(first.length)): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(/\s+/)) {
    if (!empty && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  lines.push(line);
  return lines;
}

/** One column of a table. */
export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** The widest it may get; longer cells are cut. The last column may get as wide as the line. */
  readonly maximum?: number;
}

/** A table with a head line, at most `COLUMNS` wide; columns are as wide as they need to be. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths: number[] = [];
  let left = COLUMNS;
  for (const [i, { maximum = left }] of columns.entries()) {
    const widest = lines.reduce((width, row) => Math.max(width, row[i]?.length ?? 0), 0);
    const width = Math.max(0, Math.min(widest, maximum, left));
    widths.push(width);
    left -= width + GAP.length;
  }
  return lines.map((row) => {
    const cells = columns.map(({ align }, i) => {
      const width = widths[i] ?? 0;
      const cell = cut(row[i] ?? '', width);
      return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
    });
    return cells.join(GAP).trimEnd();
  });
}

const GAP = '  ';

/** `text` with at most `maximum` characters, the last one an ellipsis if something is missing. */
export function cut(text: string, maximum: number): string {
  return text.length <= maximum ? text : `${text.slice(0, Math.max(0, maximum - 1))}…`;
}
