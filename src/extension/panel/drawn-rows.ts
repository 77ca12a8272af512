import type { ShownStep, StepRow } from '../../analysis/simulation.ts';

/** Rows that can be drawn: of a run in time, or of a run of the explorer, which only knows an order. */
export type DrawnRows =
  | { readonly isTimed: true; readonly rows: readonly StepRow[] }
  | { readonly isTimed: false; readonly rows: readonly ShownStep[] };
