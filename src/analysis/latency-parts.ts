import type { StepRow } from './simulation.ts';

/** A stretch of the way from the device's signal to its handler, without gaps: they add up to the latency. */
export interface LatencyPart {
  /** `runs`: a step takes its time. `waits`: for the CPU, to be woken, for a lock, for a guard. */
  readonly kind: 'runs' | 'waits';
  readonly process: string;
  readonly home: StepRow['home'];
  /** Label of the step that takes the time, or that is waited for. */
  readonly label: string;
  /** Position of that step in the rows. */
  readonly position: number;
  readonly startNs: number;
  readonly endNs: number;
}

/**
 * The way on which an interrupt came, backwards from the step at `taken`: before each step comes the one that let its
 * process go on, if it waited, and otherwise the one that its process took before. What other processes did meanwhile
 * delayed nothing and is not in it. Parts in the order of time, from the first row to `taken`.
 */
export function latencyParts(rows: readonly StepRow[], taken: number): LatencyPart[] {
  const parts: LatencyPart[] = [];
  const positions = new Map(rows.map(({ index }, position) => [index, position]));
  const startNs = rows[0]?.timeNs ?? 0;
  let position: number | undefined = taken;
  while (position !== undefined && position > 0) {
    const row: StepRow | undefined = rows[position];
    if (!row) break;
    const before = predecessor(rows, positions, position);
    const sinceNs = Math.max(startNs, before === undefined ? startNs : (rows[before] as StepRow).timeNs);
    const runsNs = Math.min(row.costNs, row.timeNs - sinceNs);
    const { process, home, label } = row;
    const part = { process, home, label, position };
    const begunNs = row.timeNs - runsNs;
    if (runsNs > 0) parts.push({ kind: 'runs', ...part, startNs: begunNs, endNs: row.timeNs });
    if (begunNs > sinceNs) parts.push({ kind: 'waits', ...part, startNs: sinceNs, endNs: begunNs });
    position = before;
  }
  return parts.reverse();
}

/** The step before, on the way: undefined if that was before the first row. */
function predecessor(
  rows: readonly StepRow[],
  positions: ReadonlyMap<number, number>,
  position: number,
): number | undefined {
  const row = rows[position] as StepRow;
  const waker = row.wokenBy === null ? undefined : positions.get(row.wokenBy);
  if (waker !== undefined) return waker;
  for (let before = position - 1; before >= 0; before--) {
    if (rows[before]?.process === row.process) return before;
  }
  return undefined;
}
