import type { UsedEdge } from './coverage.ts';
import type { PossibleEvent } from './inclusion.ts';

/** Why a trace is no run of the model: the first event that it could not print, and what it could instead. */
export interface Refusal {
  readonly line: number;
  readonly event: string;
  readonly context: string;
  readonly possible: readonly PossibleEvent[];
}

/** Whether a trace, reduced to what a path claims to know, is a run of the path's model. */
export interface Conformance {
  readonly path: string;
  readonly lines: number;
  readonly events: number;
  /** Events that the path claims to know, up to the first that it refuses. */
  readonly claimed: number;
  /** All other events, by name, the most frequent first. */
  readonly ignored: readonly { readonly name: string; readonly count: number }[];
  /** Events that the path knows and this trace cannot show, because it has none of that name. */
  readonly notRecorded: readonly string[];
  /** Interrupts that came when nothing of the last one was left, or that began the trace. */
  readonly cycles: number;
  /** `gave up`: there were more ways to print the trace than were looked at; nothing is said about the rest. */
  readonly verdict: 'included' | 'refused' | 'gave up';
  readonly refusal: Refusal | null;
  /** The largest number of configurations that were followed at once. */
  readonly largestSet: number;
  /** Labels of the steps that one run which prints the trace has taken, and of those that it has not. */
  readonly used: readonly string[];
  readonly unused: readonly string[];
  readonly edges: readonly UsedEdge[];
}
