import type { ShownStep, StepRow } from '../../analysis/simulation.ts';
import type { RowMark } from '../../protocol/row-mark.ts';

/** Rows that can be drawn: of a run in time, or of a run of the explorer, which only knows an order. */
export type DrawnRows = (
  | { readonly isTimed: true; readonly rows: readonly StepRow[] }
  | { readonly isTimed: false; readonly rows: readonly ShownStep[] }
) & {
  /** Rows that stand out, by their position among all. */
  readonly marks?: readonly RowMark[];
  /** By row what another run does in its place; null or absent if there is no other run. */
  readonly beside?: readonly string[] | null;
};
