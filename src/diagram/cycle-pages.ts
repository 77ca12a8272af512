import type { ShownStep } from '../analysis/simulation.ts';
import { Causes } from './causes.ts';
import { outline } from './outline.ts';
import type { Outline, OutlineRow, Reading } from './outline.ts';
import { drawSequence } from './sequence.ts';
import type { SequenceRemark } from './sequence.ts';

/** Mermaid's time grows faster than the number of messages; this many take about half a second. */
export const MOST_MESSAGES = 300;

/** As much of a cycle as one picture holds. */
export interface CyclePage {
  /** Counted from 0. */
  readonly number: number;
  /** Position of the first row of each page; there is always one page. */
  readonly starts: readonly number[];
  /** Number of rows shown on all pages together. */
  readonly total: number;
  /** Number of rows shown on the pages before. */
  readonly before: number;
  readonly rows: readonly OutlineRow[];
  /** The picture as Mermaid text: message n is row n. */
  readonly mermaid: string;
}

interface CutOutline extends Outline {
  readonly key: string;
  /** Index in the outline of the first row of each page. */
  readonly cuts: readonly number[];
}

/** The rows of a cycle cut into pages, as one reads them or another. */
export class CyclePages {
  readonly #rows: readonly ShownStep[];
  readonly #causes: Causes;
  /** The first row of each party. */
  readonly #parties: readonly ShownStep[];
  #latest: CutOutline | undefined;

  constructor(rows: readonly ShownStep[]) {
    this.#rows = rows;
    this.#causes = new Causes(rows);
    const parties = new Map<string, ShownStep>();
    for (const row of rows) if (!parties.has(row.party)) parties.set(row.party, row);
    this.#parties = [...parties.values()];
  }

  /** All that is shown, in order. */
  outline(reading: Reading): Outline {
    return this.#cut(reading);
  }

  /** The page with the row at position `step`, or with the last shown row before it. */
  pageWith(reading: Reading, step: number): CyclePage {
    const cut = this.#cut(reading);
    const { rows, cuts } = cut;
    const starts = cuts.map((first) => rows[first]?.position ?? 0);
    const number = Math.max(
      0,
      starts.findLastIndex((start) => start <= step),
    );
    const before = cuts[number] ?? 0;
    const shown = rows.slice(before, cuts[number + 1]);
    return {
      number,
      starts,
      total: rows.length,
      before,
      rows: shown,
      mermaid: this.#draw(cut, shown, reading),
    };
  }

  #cut(reading: Reading): CutOutline {
    const key = JSON.stringify(reading);
    if (this.#latest?.key !== key) {
      const found = outline(this.#rows, reading);
      this.#latest = { ...found, key, cuts: cuts(found.rows) };
    }
    return this.#latest;
  }

  #draw({ isSeen }: Outline, shown: readonly OutlineRow[], { hidden }: Reading): string {
    const positions = new Set(shown.map(({ position }) => position));
    const drawn = shown.map(({ position }) => this.#causes.seen(position, isSeen));
    const before = shown.flatMap(({ position }) => {
      const source = this.#causes.sourceOf(position, isSeen);
      return source === null || positions.has(source) ? [] : [this.#rows[source] as ShownStep];
    });
    const columns = this.#parties.filter(({ party }) => !hidden.includes(party));
    return drawSequence(drawn, { before, columns, remarks: shown.map(remark) });
  }
}

function remark({ position, omitted, repeat }: OutlineRow): SequenceRemark {
  const begins = repeat?.position === position && !repeat.open;
  return { omitted, loop: begins ? { length: repeat.length, times: repeat.times } : null };
}

/** Where pages begin. What stands for several times is not torn apart. */
function cuts(rows: readonly OutlineRow[]): number[] {
  const found = [0];
  let begin = 0;
  for (let at = 0; at < rows.length;) {
    const { repeat } = rows[at] as OutlineRow;
    const length = repeat && !repeat.open ? repeat.length : 1;
    if (at + length - begin > MOST_MESSAGES) {
      found.push(at);
      begin = at;
    }
    at += length;
  }
  return found;
}
