import { overview } from '../analysis/overview.ts';
import type { ShownStep } from '../analysis/simulation.ts';
import { foldRepeats } from '../base/repeats.ts';

/** How a cycle is read: what of its rows is shown. */
export interface Reading {
  readonly detail: 'overview' | 'all';
  /** Parties whose rows are not shown. */
  readonly hidden: readonly string[];
  /** Whether what comes several times in a row is shown once. */
  readonly folds: boolean;
  /** Positions of first rows of repeats that are shown unfolded all the same. */
  readonly opened: readonly number[];
}

/** A stretch of shown rows that comes several times in a row. */
export interface RowRepeat {
  /** Position of the first row of its first time. */
  readonly position: number;
  /** Rows of one time. */
  readonly length: number;
  readonly times: number;
  /** Whether all times are shown; else the first stands for them. */
  readonly open: boolean;
}

/** A row that is shown. */
export interface OutlineRow {
  /** Its place among all rows of the cycle, from 0. */
  readonly position: number;
  /** Rows between it and the next shown one that are left out; those that a repeat stands for do not count. */
  readonly omitted: number;
  /** The repeat whose first time the row belongs to, if there is one. */
  readonly repeat: RowRepeat | null;
}

/** What a reading shows of a cycle. */
export interface Outline {
  /** In the order of time; of a closed repeat the first time only. */
  readonly rows: readonly OutlineRow[];
  /** Whether the row at a position is shown, or would be if no repeat were closed. */
  readonly isSeen: (position: number) => boolean;
}

/** Everything, row by row. */
export const EVERY_ROW: Reading = { detail: 'all', hidden: [], folds: false, opened: [] };

/** To fold fewer rows away would hide more than it helps. */
const LEAST_SAVED = 3;

/** What a reading shows of the rows of a cycle. */
export function outline(rows: readonly ShownStep[], reading: Reading): Outline {
  const positions = shownPositions(rows, reading);
  const single = positions.map((position, i): OutlineRow => {
    const next = positions[i + 1] ?? rows.length;
    return { position, omitted: next - position - 1, repeat: null };
  });
  const seen = new Set(positions);
  return {
    rows: reading.folds ? folded(rows, single, new Set(reading.opened)) : single,
    isSeen: (position) => seen.has(position),
  };
}

function shownPositions(rows: readonly ShownStep[], { detail, hidden }: Reading): number[] {
  const inOverview = detail === 'overview' ? overview(rows) : null;
  const isHidden = new Set(hidden);
  return rows.flatMap(({ party }, i) => (inOverview?.[i] === false || isHidden.has(party) ? [] : [i]));
}

function folded(
  rows: readonly ShownStep[],
  shown: readonly OutlineRow[],
  opened: ReadonlySet<number>,
): OutlineRow[] {
  const result: OutlineRow[] = [];
  let at = 0;
  for (const { items, times } of foldRepeats(shown.map((row) => drawnAs(rows, row)))) {
    const { length } = items;
    const all = shown.slice(at, at + length * times);
    at += length * times;
    const position = all[0]?.position ?? 0;
    if ((times - 1) * length < LEAST_SAVED) {
      result.push(...all);
      continue;
    }
    const repeat = { position, length, times, open: opened.has(position) };
    result.push(...all.slice(0, length).map((row) => ({ ...row, repeat })));
    if (repeat.open) result.push(...all.slice(length));
  }
  return result;
}

/** Equal for rows that look the same in a picture. */
function drawnAs(rows: readonly ShownStep[], { position, omitted }: OutlineRow): string {
  const { process, party, label, tracepoints, changes, wokenBy, index } = rows[position] as ShownStep;
  const noted = changes.flatMap(({ notable, field, from, to }) => (notable ? [field, from, to] : []));
  const since = wokenBy === null ? '' : String(index - wokenBy);
  return [process, party, label, since, omitted, ...tracepoints, ...noted].join('\n');
}
