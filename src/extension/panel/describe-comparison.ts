import { approximateTime, twoDigits } from '../../analysis/approximately.ts';
import { deltaBetween, deltaText, difference } from '../../analysis/delta.ts';
import { legWords, perUnit } from '../../analysis/leg-words.ts';
import type { Simulation, Summary } from '../../analysis/simulation.ts';
import type { ComparedValue, Comparison, Phrase, WhatIfChange } from '../../protocol/panel-state.ts';
import type { Measured } from '../runs.ts';
import { NO_DIFFERENCE } from './delta-phrases.ts';

/** A run that is to have a column. */
export interface Compared {
  readonly title: string;
  readonly simulation: Pick<Simulation, 'shapes'>;
  /** The same without jitter: two of them differ only if the paths do. */
  readonly measured: Measured;
  readonly whatIf: readonly WhatIfChange[];
}

/** Diagrams of more than these cannot be read side by side. */
export const MOST_DRAWN = 3;

interface Row {
  readonly name: string;
  /** Only of what is asked about interrupts: a request on its way to the device has none. */
  readonly ofInterrupts?: true;
  readonly value: (summary: Summary) => number;
  /** `moment`: the time until something that need not happen, where it is 0. */
  readonly unit: 'count' | 'time' | 'moment' | 'share';
}

const ROWS: readonly Row[] = [
  { name: 'exits', unit: 'count', value: ({ exitsPerInterrupt }) => exitsPerInterrupt },
  {
    name: 'exits to QEMU',
    unit: 'count',
    value: ({ userspaceExitsPerInterrupt }) => userspaceExitsPerInterrupt,
  },
  { name: 'latency, median', unit: 'moment', value: ({ latencyNs }) => latencyNs.p50 },
  { name: 'latency, 99 %', unit: 'moment', value: ({ latencyNs }) => latencyNs.p99 },
  { name: 'ready again, median', unit: 'moment', value: ({ completionNs }) => completionNs.p50 },
  {
    name: 'physical exceptions',
    ofInterrupts: true,
    unit: 'count',
    value: ({ physicalIrqsPerInterrupt }) => physicalIrqsPerInterrupt,
  },
  {
    name: 'guest interrupts',
    ofInterrupts: true,
    unit: 'count',
    value: ({ guestIrqsPerInterrupt }) => guestIrqsPerInterrupt,
  },
  {
    name: 'spurious guest interrupts',
    ofInterrupts: true,
    unit: 'count',
    value: ({ spuriousPerInterrupt }) => spuriousPerInterrupt,
  },
  {
    name: 'context switches',
    unit: 'count',
    value: ({ contextSwitchesPerInterrupt }) => contextSwitchesPerInterrupt,
  },
  { name: 'CPU time, guest', unit: 'time', value: ({ cpuNsPerInterrupt }) => cpuNsPerInterrupt.guest },
  { name: 'CPU time, host kernel', unit: 'time', value: ({ cpuNsPerInterrupt }) => cpuNsPerInterrupt.kernel },
  { name: 'CPU time, QEMU', unit: 'time', value: ({ cpuNsPerInterrupt }) => cpuNsPerInterrupt.qemu },
  { name: 'time on assumed costs', unit: 'share', value: ({ assumedShare }) => assumedShare },
];

/** The summaries of runs side by side. `id` is the number by which their drawing is asked for. */
export function describeComparison(
  id: number,
  runs: readonly Compared[],
  missing: readonly string[],
): Comparison {
  const profiles = new Set(runs.map(({ measured }) => measured.profile));
  const hasInterrupts = runs.some(({ measured }) => legWords(measured.path).unit === 'interrupt');
  const isOnePlatform = profiles.size === 1;
  return {
    id,
    per: perUnit(runs.map(({ measured }) => measured.path)),
    columns: runs.map((run) => ({
      title: columnTitle(run),
      path: run.measured.path,
      shapes: run.simulation.shapes.map(({ title, count }) => ({ title, count })),
    })),
    rows: [
      ...ROWS.filter(({ ofInterrupts }) => hasInterrupts || !ofInterrupts).map((row) => ({
        name: row.name,
        values: valuesOf(
          row,
          runs.map(({ measured }) => row.value(measured.summary)),
          isOnePlatform,
        ),
      })),
      {
        name: 'costs of',
        values: runs.map(({ measured }) => ({ text: measured.profile, change: '', mark: null })),
      },
    ],
    deltas: runs.map((run) => deltaPhrases(runs[0] ?? run, run)),
    missing: [
      ...missing,
      ...(isOnePlatform ? [] : ['The times are those of different platforms: only counts can be compared.']),
    ],
    isDrawn: runs.length >= 2 && runs.length <= MOST_DRAWN,
  };
}

/** The numbers of a row with what sets them apart. Times of different platforms are not set against each other. */
function valuesOf({ unit }: Row, values: readonly number[], isOnePlatform: boolean): ComparedValue[] {
  const [first = 0] = values;
  const happens = unit !== 'moment' || !values.includes(0);
  const comparable = unit === 'count' || (unit !== 'share' && isOnePlatform && happens);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const differ = comparable && difference(least, most) !== 0;
  const is = (value: number, extreme: number): boolean => difference(extreme, value) === 0;
  return values.map((value, i) => ({
    text: textOf(unit, value),
    change: i > 0 && comparable ? changeText(unit, difference(first, value)) : '',
    mark: !differ ? null : is(value, least) ? 'smallest' : is(value, most) ? 'largest' : null,
  }));
}

function textOf(unit: Row['unit'], value: number): string {
  if (unit === 'moment' && value === 0) return 'never';
  if (unit === 'time' || unit === 'moment') return approximateTime(value);
  return unit === 'share' ? `≈ ${twoDigits(value * 100)} %` : twoDigits(value);
}

function changeText(unit: Row['unit'], change: number): string {
  if (change === 0) return '';
  const sign = change < 0 ? '−' : '+';
  return `${sign}${textOf(unit, Math.abs(change)).replace('≈ ', '')}`;
}

function deltaPhrases(first: Compared, other: Compared): Phrase[] {
  if (other === first) return [];
  const [from, to] = [first.measured, other.measured];
  const claim = deltaText(deltaBetween(from, to), [from.path, to.path]) ?? NO_DIFFERENCE;
  return [
    { text: `${nameOf(other)} instead of ${nameOf(first)}: `, strong: false },
    { text: claim, strong: true },
  ];
}

function nameOf(compared: Compared): string {
  const title = columnTitle(compared);
  return title === compared.measured.path ? title : `${title} (${compared.measured.path})`;
}

/** What a column is called: the device or path, and what is other than in its file. */
export function columnTitle({ title, whatIf }: Pick<Compared, 'title' | 'whatIf'>): string {
  return [title, ...whatIf.map(({ option, to }) => `${option}=${to}`)].join(', ');
}
