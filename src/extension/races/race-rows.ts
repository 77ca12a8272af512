import type { ExploredRun, RaisedInterrupt } from '../../analysis/exploration.ts';
import type { FollowedRun } from '../../analysis/follow-run.ts';
import { fatalWords } from '../../analysis/property-text.ts';
import type { ShownStep } from '../../analysis/simulation.ts';
import type { RowMark } from '../../protocol/row-mark.ts';
import type { DrawnRows } from '../panel/drawn-rows.ts';

/** Mermaid takes more than linear time: of a longer run the last steps are drawn. */
const MOST_ROWS = 300;

/** What a run shows: the property that it violates, and of which source. */
export interface Shows {
  readonly property: string;
  /** Null if it is about all. */
  readonly source: string | null;
}

/** The step, from 0, at which a run goes wrong: where its cycle begins, or its last. */
export function fatalStep({ prefix, cycle }: ExploredRun): number {
  return cycle.length > 0 ? prefix.length : Math.max(0, prefix.length - 1);
}

/** Which interrupt of its source it goes wrong with, from 1; 0 if none was raised. */
export function fatalInterrupt(run: ExploredRun, { source }: Shows): number {
  const fatal = fatalStep(run);
  return run.raised.filter((one) => one.step <= fatal && (source === null || one.source === source)).length;
}

/** The rows of a run with their marks, beside what the machine without the bug does at the same turns. */
export function raceRows(run: ExploredRun, shows: Shows | null, followed: FollowedRun | null): DrawnRows {
  const steps = [...run.prefix, ...run.cycle];
  const from = leftOut(run);
  const marks: RowMark[] = [
    ...raisedMarks(run.raised),
    ...(shows ? [mark(fatalStep(run), 'fatal', fatalWords(shows.property, fatalInterrupt(run, shows)))] : []),
    ...run.cycle.map((_, i) => mark(run.prefix.length + i, 'repeats', '')),
  ];
  const beside = followed ? besideOf(steps, followed) : null;
  const differs = followed ? firstDifference(steps, followed) : -1;
  if (differs >= 0) marks.push(mark(differs, 'differs', 'goes another way when fixed'));
  return {
    isTimed: false,
    rows: steps.slice(from),
    marks: marks.filter(({ row }) => row >= from).map((one) => ({ ...one, row: one.row - from })),
    beside: beside?.slice(from) ?? null,
  };
}

/** How many of the first steps are not drawn. */
export function leftOut({ prefix, cycle }: ExploredRun): number {
  return Math.max(0, prefix.length + cycle.length - MOST_ROWS);
}

/** What the followed machine does, where a reader begins in it, and how it differs, in words. */
export interface FollowedRows {
  readonly drawn: DrawnRows;
  /** The first step that the run does not have, from 0; the last if there is none. */
  readonly step: number;
  /** Empty if there is nothing to say. */
  readonly words: string;
}

export function followedRows(run: ExploredRun, followed: FollowedRun): FollowedRows {
  const { steps, turns, served } = followed;
  const differs = firstDifference([...run.prefix, ...run.cycle], followed);
  const taken = turns.filter((turn) => turn !== null).length;
  const first = differs < 0 ? taken : (turns.find((turn, i) => i >= differs && turn !== null) ?? taken);
  const from = Math.max(0, steps.length - MOST_ROWS);
  const end = served === null ? '' : `the interrupt is served at step ${served - from + 1}`;
  return {
    drawn: {
      isTimed: false,
      rows: steps.slice(from),
      marks: served === null ? [] : [mark(served - from, 'served', 'the interrupt is served here')],
    },
    step: Math.max(0, Math.min(first, steps.length - 1) - from),
    words:
      differs >= 0
        ? `In step ${differs - leftOut(run) + 1} of the same schedule it goes another way${end && `; ${end}`}.`
        : end && `It takes the same steps and goes on: ${end}.`,
  };
}

/** By turn what the followed machine does: the same, a step of another name or effect, or nothing. */
function besideOf(steps: readonly ShownStep[], { steps: others, turns }: FollowedRun): string[] {
  return steps.map((step, i) => {
    const other = others[turns[i] ?? -1];
    if (!other) return '';
    const change = other.label === step.label ? differentChange(step, other) : null;
    return change === null ? other.label : `${other.label}: ${change}`;
  });
}

function firstDifference(steps: readonly ShownStep[], followed: FollowedRun): number {
  return besideOf(steps, followed).findIndex((text, i) => text !== steps[i]?.label);
}

/** What a step of the same name does to the state that the other does not, in words; null if it does the same. */
function differentChange({ changes: own }: ShownStep, { changes: others }: ShownStep): string | null {
  const more = others.find(({ field, to }) => !own.some((one) => one.field === field && one.to === to));
  if (more) return `${more.field} → ${more.to}`;
  const less = own.find(({ field }) => !others.some((one) => one.field === field));
  return less ? `${less.field} stays ${less.from}` : null;
}

function raisedMarks(raised: readonly RaisedInterrupt[]): RowMark[] {
  const counts = new Map<string, number>();
  const several = new Set(raised.map(({ source }) => source)).size > 1;
  return raised.map(({ step, source }) => {
    const count = (counts.get(source) ?? 0) + 1;
    counts.set(source, count);
    return mark(step, 'raised', `interrupt ${count}${several ? ` of ${source}` : ''}`);
  });
}

function mark(row: number, kind: RowMark['kind'], words: string): RowMark {
  return { row, kind, words };
}
