import type { StepRow } from '../../analysis/simulation.ts';

/** What is the same for many rows of a run. */
export type RowKind = Omit<StepRow, 'index' | 'timeNs' | 'interrupt' | 'inCycle' | 'costNs' | 'wokenBy'>;

/** Rows of a run on their way between threads: 41 bytes a row in buffers that are handed over and not copied. */
export interface PackedRows {
  /** Each kind of row once. */
  readonly kinds: readonly RowKind[];
  /** By row its place in `kinds`. */
  readonly kind: Uint32Array;
  readonly index: Float64Array;
  readonly timeNs: Float64Array;
  readonly costNs: Float64Array;
  readonly interrupt: Int32Array;
  /** -1 for null. */
  readonly wokenBy: Float64Array;
  /** 1 for true. */
  readonly inCycle: Uint8Array;
}

/** Packs rows; `unpackRows` gives rows that are equal to them. */
export function packRows(rows: readonly StepRow[]): PackedRows {
  const places = new Map<string, number>();
  const kinds: RowKind[] = [];
  const kind = Uint32Array.from(rows, (row) => {
    const own = kindOf(row);
    const key = JSON.stringify(own);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, kinds.length);
    return kinds.push(own) - 1;
  });
  return {
    kinds,
    kind,
    index: Float64Array.from(rows, (row) => row.index),
    timeNs: Float64Array.from(rows, (row) => row.timeNs),
    costNs: Float64Array.from(rows, (row) => row.costNs),
    interrupt: Int32Array.from(rows, (row) => row.interrupt),
    wokenBy: Float64Array.from(rows, (row) => row.wokenBy ?? -1),
    inCycle: Uint8Array.from(rows, (row) => Number(row.inCycle)),
  };
}

/** The rows that were packed. Those of one kind share its words. */
export function unpackRows(packed: PackedRows): StepRow[] {
  return Array.from(packed.kind, (kind, i) => {
    const wokenBy = packed.wokenBy[i] as number;
    return {
      ...(packed.kinds[kind] as RowKind),
      index: packed.index[i] as number,
      timeNs: packed.timeNs[i] as number,
      costNs: packed.costNs[i] as number,
      interrupt: packed.interrupt[i] as number,
      wokenBy: wokenBy < 0 ? null : wokenBy,
      inCycle: packed.inCycle[i] === 1,
    };
  });
}

/** What can be handed over to another thread instead of being copied. */
export function buffersOf({
  kind,
  index,
  timeNs,
  costNs,
  interrupt,
  wokenBy,
  inCycle,
}: PackedRows): ArrayBufferLike[] {
  return [kind, index, timeNs, costNs, interrupt, wokenBy, inCycle].map(({ buffer }) => buffer);
}

function kindOf(row: StepRow): RowKind {
  const { party, home, process, context, label, at, tracepoints, marks, changes, entered, cost, costTrust } =
    row;
  return { party, home, process, context, label, at, tracepoints, marks, changes, entered, cost, costTrust };
}
