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
    ...run.cycle.map((_, i) =>
      mark(run.prefix.length + i, 'repeats', i === 0 ? 'from here it repeats for ever' : ''),
    ),
  ];
  const beside = followed ? besideOf(steps, followed) : null;
  const differs = beside?.findIndex((text, i) => text !== steps[i]?.label) ?? -1;
  if (differs >= 0) marks.push(mark(differs, 'differs', 'here the fixed version goes another way'));
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

/** What the followed machine does, and the first of its steps that the run does not have; the last if there is none. */
export function followedRows(run: ExploredRun, followed: FollowedRun): { drawn: DrawnRows; step: number } {
  const steps = [...run.prefix, ...run.cycle];
  const differs = besideOf(steps, followed).findIndex((text, i) => text !== steps[i]?.label);
  const next = followed.turns.findIndex((turn, i) => i >= differs && turn !== null);
  const from = Math.max(0, followed.steps.length - MOST_ROWS);
  const step = differs < 0 ? undefined : followed.turns[next];
  return {
    drawn: { isTimed: false, rows: followed.steps.slice(from) },
    step: Math.max(0, (step ?? followed.steps.length - 1) - from),
  };
}

function besideOf(steps: readonly ShownStep[], { steps: others, turns }: FollowedRun): string[] {
  return steps.map((_, i) => {
    const turn = turns[i];
    return turn === null || turn === undefined ? '' : (others[turn]?.label ?? '');
  });
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
