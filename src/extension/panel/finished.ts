import type { Simulation, StepRow } from '../../analysis/simulation.ts';
import type { Measured } from '../runs.ts';
import type {
  Assumption,
  Comparison,
  Note,
  Phrase,
  Reason,
  WhatIfChange,
} from '../../protocol/panel-state.ts';

/** What a run was asked for and what it found, ready to be shown. */
export interface FinishedRun {
  readonly kind: 'run';
  readonly simulation: Simulation;
  /** The same without jitter, to compare with others. */
  readonly measured: Measured;
  readonly assumptions: readonly Assumption[];
  readonly reasons: readonly Reason[];
  readonly notes: readonly Note[];
  readonly whatIf: readonly WhatIfChange[];
  readonly delta: readonly Phrase[];
}

/** Several runs, side by side. */
export interface FinishedComparison {
  readonly kind: 'comparison';
  readonly comparison: Comparison;
  readonly assumptions: readonly Assumption[];
}

/** A run, the shape of it that is shown, all of that shape's rows, and the picture of those in sight. */
export interface ShownRun {
  readonly run: FinishedRun;
  readonly shape: number;
  readonly rows: readonly StepRow[];
  readonly mermaid: string;
}
