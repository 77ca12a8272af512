import { latencySplit } from '../../analysis/latency-split.ts';
import type { StepRow } from '../../analysis/simulation.ts';
import { MOST_TIMED_ROWS } from '../../protocol/timing.ts';
import type { TimedRow, TimedShape } from '../../protocol/timing.ts';

/** A shape in time, for the panel. `rows` are those of its first cycle, `takenStep` the one that ends the latency. */
export function timedShape(
  run: number,
  shape: number,
  rows: readonly StepRow[],
  takenStep: number | null,
): TimedShape {
  const taken = rows.findIndex(({ index }) => index === takenStep);
  return {
    run,
    shape,
    steps: rows.length,
    rows: rows.slice(0, MOST_TIMED_ROWS).map(timedRow),
    taken: taken < 0 ? null : taken,
    shares: taken < 0 ? [] : latencySplit(rows, taken),
  };
}

function timedRow(row: StepRow): TimedRow {
  const { index, timeNs, home, process, context, label, at, costNs, cost, costTrust, wokenBy } = row;
  const tracepoints = row.tracepoints.filter((line) => line.startsWith('kvm:'));
  return { index, timeNs, home, process, context, label, at, costNs, cost, costTrust, tracepoints, wokenBy };
}
