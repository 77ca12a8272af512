import type { Simulation, StepRow } from '../../analysis/simulation.ts';
import type { Measured } from '../runs.ts';
import type {
  Assumption,
  Note,
  Offer,
  Phrase,
  Reason,
  SingleSubject,
  Subject,
  WhatIfChange,
} from '../../protocol/panel-state.ts';

/** What a run was asked for and what it found, ready to be shown. */
export interface FinishedRun {
  readonly kind: 'run';
  readonly simulation: Simulation;
  /** The same without jitter: what stands for the path, and is compared with others. */
  readonly measured: Measured;
  readonly assumptions: readonly Assumption[];
  readonly reasons: readonly Reason[];
  readonly notes: readonly Note[];
  readonly whatIf: readonly WhatIfChange[];
  readonly delta: readonly Phrase[];
  /** What it can be compared with; nothing if it is left out. */
  readonly offers?: readonly FinishedOffer[];
}

/** One of several runs, with what it was asked for. */
export interface FinishedMember {
  readonly subject: SingleSubject;
  readonly title: string;
  readonly run: FinishedRun;
}

/** Several runs, side by side. */
export interface FinishedComparison {
  readonly kind: 'comparison';
  readonly members: readonly FinishedMember[];
  /** What cannot be run, and why. */
  readonly missing: readonly string[];
  readonly assumptions: readonly Assumption[];
}

/** Something that can be asked in the place of what is shown, and what it would show. */
export interface FinishedOffer extends Offer {
  readonly subject: Subject;
}

/** A run, the shape of it that is shown, all of that shape's rows, and the picture of those in sight. */
export interface ShownRun {
  readonly run: FinishedRun;
  readonly shape: number;
  /** The current step, by its place among the rows. */
  readonly step: number;
  readonly rows: readonly StepRow[];
  readonly mermaid: string;
}
