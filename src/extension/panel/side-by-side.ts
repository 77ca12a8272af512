import type { StepRow } from '../../analysis/simulation.ts';
import { align } from '../../diagram/align.ts';
import type { AlignedRow } from '../../diagram/align.ts';
import { arrowTo } from '../../diagram/arrow.ts';
import type { Phrase } from '../../protocol/panel-state.ts';
import type { DrawnStep, SideBySide } from '../../protocol/side-by-side.ts';

/** A cycle that is drawn beside others. */
export interface DrawnCycle {
  readonly title: string;
  readonly rows: readonly StepRow[];
}

/** Of longer cycles only the beginning is laid side by side: a storm has no end. */
const MOST_STEPS = 1_000;
/** More rows than anybody reads, and a message of well under a megabyte. */
const MOST_ROWS = 600;

const HOMES = ['hardware', 'kernel', 'qemu', 'process', 'guest'] as const;

/** Lays cycles side by side: steps of the same label by the same party share a row where their order allows it. */
export function drawSideBySide(cycles: readonly DrawnCycle[]): SideBySide {
  const members = cycles.map(({ title, rows }) => ({ title, rows: rows.slice(0, MOST_STEPS) }));
  const aligned = align(members.map(({ rows }) => rows.map(({ party, label }) => `${party}\n${label}`)));
  const all = members.flatMap(({ rows }) => rows);
  const lanes = HOMES.flatMap((home) =>
    [...new Set(all.filter((row) => row.home === home).map(({ party }) => party))].map((party) => ({
      party,
      home,
    })),
  );
  const laneOf = new Map(lanes.map(({ party }, lane) => [party, lane]));
  const steps = members.map(({ rows }) => drawnSteps(rows, laneOf));
  const cut = cycles.reduce((sum, { rows }) => sum + Math.max(0, rows.length - MOST_STEPS), 0);
  return {
    difference: firstDifference(members, aligned),
    lanes,
    rows: aligned
      .slice(0, MOST_ROWS)
      .map((row) => row.map((position, i) => (position === null ? null : (steps[i]?.[position] ?? null)))),
    omitted: Math.max(0, aligned.length - MOST_ROWS) + cut,
  };
}

function drawnSteps(rows: readonly StepRow[], laneOf: ReadonlyMap<string, number>): DrawnStep[] {
  const byIndex = new Map(rows.map((row) => [row.index, row]));
  const previousOf = new Map<string, StepRow>();
  const startNs = rows[0]?.timeNs ?? 0;
  return rows.map((row, i) => {
    const waker = row.wokenBy === null ? undefined : byIndex.get(row.wokenBy);
    const { from, kind } = arrowTo(row, previousOf.get(row.process), waker);
    previousOf.set(row.process, row);
    const { label, at, party, tracepoints, timeNs } = row;
    return {
      step: i + 1,
      timeNs: timeNs - startNs,
      label,
      at,
      lane: laneOf.get(party) ?? 0,
      from: from === party ? -1 : (laneOf.get(from) ?? -1),
      isSignal: kind === 'signal',
      tracepoints,
    };
  });
}

/** Where the cycles part for the first time: what each of them does there. */
function firstDifference(members: readonly DrawnCycle[], aligned: readonly AlignedRow[]): Phrase[] {
  const first = aligned.findIndex((row) => row.includes(null));
  if (first < 0) return [plain('Step by step the same: they differ in times at most.')];
  const head =
    first === 0
      ? 'They differ from the first step on: '
      : first === 1
        ? 'The first step is the same; then '
        : `The first ${String(first)} steps are the same; then `;
  // Who does the same there is named together.
  const doers = new Map<string, { readonly row: StepRow | undefined; readonly titles: string[] }>();
  members.forEach(({ title, rows }, i) => {
    const step = aligned.slice(first).find((row) => row[i] !== null)?.[i];
    const row = step == null ? undefined : rows[step];
    const name = row ? `${row.party}\n${row.label}` : '';
    const known = doers.get(name) ?? { row, titles: [] };
    known.titles.push(title);
    doers.set(name, known);
  });
  const next = [...doers.values()].map(({ row, titles }): Phrase[] => {
    const many = titles.length > 1;
    const who = titles.join(' and ');
    return row
      ? [plain(`${who} ${many ? 'do' : 'does'} `), strong(row.label), plain(` (${row.party})`)]
      : [plain(`${who} ${many ? 'are' : 'is'} at the end`)];
  });
  return [
    plain(head),
    ...next.flatMap((phrases, i) => (i === 0 ? phrases : [plain(', '), ...phrases])),
    plain('.'),
  ];
}

function plain(text: string): Phrase {
  return { text, strong: false };
}

function strong(text: string): Phrase {
  return { text, strong: true };
}
