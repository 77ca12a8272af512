import { boolean, count, indexOrNone, list, nullable, number, object, oneOf, text } from './guards.ts';
import type { Guard } from './guards.ts';
import type { RequestType } from './message-type.ts';
import type { Phrase } from './panel-state.ts';
import type { ShownRow } from './shown-row.ts';

/** A step of one of the cycles that are drawn side by side. */
export interface DrawnStep {
  /** Its number in its own cycle, from 1. */
  readonly step: number;
  /** From the first step of its cycle. */
  readonly timeNs: number;
  readonly label: string;
  readonly at: string;
  /** The lane that it stands on, and the one that its arrow comes from; -1 if it comes from none of them. */
  readonly lane: number;
  readonly from: number;
  /** Whether another context goes on because of the step before, or the same one does. */
  readonly isSignal: boolean;
  readonly tracepoints: readonly string[];
}

/** Cycles of two or three runs, row by row: what stands in a row is the same step of all that have it. */
export interface SideBySide {
  /** What differs first, in a sentence. */
  readonly difference: readonly Phrase[];
  /** The parties of all of them, in the order in which they are drawn. */
  readonly lanes: readonly Pick<ShownRow, 'party' | 'home'>[];
  /** Of each row as many cells as there are runs; null where a run has no such step. */
  readonly rows: readonly (readonly (DrawnStep | null)[])[];
  /** Rows that are left out at the end, since there are too many. */
  readonly omitted: number;
}

const name = text(4_000);

const isStep: Guard<DrawnStep> = object<DrawnStep>({
  step: count,
  timeNs: number,
  label: name,
  at: name,
  lane: count,
  from: indexOrNone,
  isSignal: boolean,
  tracepoints: list(name, 1_000),
});

/** Panel → extension: a comparison, drawn with the given shape of each column; an error if a newer one replaced it. */
export const getSideBySide: RequestType<
  { readonly comparison: number; readonly shapes: readonly number[] },
  SideBySide
> = {
  method: 'getSideBySide',
  params: object<{ comparison: number; shapes: readonly number[] }>({
    comparison: count,
    shapes: list(count, 3),
  }),
  reply: object<SideBySide>({
    difference: list(object<Phrase>({ text: name, strong: boolean }), 100),
    lanes: list(
      object<SideBySide['lanes'][number]>({
        party: name,
        home: oneOf('hardware', 'kernel', 'qemu', 'process', 'guest'),
      }),
      100,
    ),
    rows: list(list(nullable(isStep), 3), 2_000),
    omitted: count,
  }),
};
