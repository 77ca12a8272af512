import type { ShownStep, StateChange, StepRow } from '../analysis/simulation.ts';
import { count, list, nullable, number, object, oneOf, text } from './guards.ts';
import type { Guard } from './guards.ts';

/** What of a step's row the panel shows. */
export type ShownRow = Pick<
  StepRow,
  | 'index'
  | 'timeNs'
  | 'party'
  | 'home'
  | 'process'
  | 'context'
  | 'label'
  | 'at'
  | 'costNs'
  | 'cost'
  | 'costTrust'
  | 'tracepoints'
  | 'wokenBy'
> & { readonly changes: readonly Pick<StateChange, 'field' | 'from' | 'to'>[] };

const name = text(4_000);

/** The guards of what every row has that is placed in time. */
export const TIMED_FIELDS = {
  index: count,
  timeNs: number,
  home: oneOf('hardware', 'kernel', 'qemu', 'process', 'guest'),
  process: name,
  context: oneOf('hardware', 'hardirq', 'thread', 'guest', 'timer'),
  label: name,
  at: name,
  costNs: number,
  cost: nullable(name),
  costTrust: nullable(oneOf('S', 'Q', 'M', 'A')),
  tracepoints: list(name, 1_000),
  wokenBy: nullable(count),
};

/** Whether a value is a row as the panel shows it. */
export const isShownRow: Guard<ShownRow> = object<ShownRow>({
  ...TIMED_FIELDS,
  party: name,
  changes: list(object<ShownRow['changes'][number]>({ field: name, from: name, to: name }), 10_000),
});

/** The row as the panel gets it: without what it does not show. */
export function shownRow(row: StepRow): ShownRow {
  const { index, timeNs, party, home, process, context, label, at, costNs, cost, costTrust, wokenBy } = row;
  const changes = row.changes.map(({ field, from, to }) => ({ field, from, to }));
  return {
    index,
    timeNs,
    party,
    home,
    process,
    context,
    label,
    at,
    costNs,
    cost,
    costTrust,
    tracepoints: row.tracepoints,
    changes,
    wokenBy,
  };
}

/** The same for a step of the explorer, which knows no times and no costs. */
export function untimedRow(step: ShownStep): ShownRow {
  return shownRow({
    ...step,
    timeNs: 0,
    interrupt: -1,
    inCycle: true,
    costNs: 0,
    cost: null,
    costTrust: null,
  });
}
