import { WITHOUT_JITTER } from '../analysis/cost-text.ts';
import { deltaText } from '../analysis/delta.ts';
import { commonUnit, legWords, perUnit } from '../analysis/leg-words.ts';
import type { RequestSummary, Summary } from '../analysis/simulation.ts';
import type { ComparedRun } from './comparison.ts';
import { factsText } from './facts-text.ts';
import { timeOrNever, timeText, threeDigits } from './numbers.ts';
import { table, wrap } from './text.ts';

/** Paths that stand side by side on a line. */
const MOST_SIDE_BY_SIDE = 3;

/** What `irqpath compare` prints for people: the differences, then the summaries side by side. */
export function comparisonText(runs: readonly ComparedRun[], reasons: readonly string[]): string {
  const [first, ...others] = runs;
  if (first === undefined) return '';
  const { workload, seed, interrupts, facts } = first;
  const profiles = [...new Set(runs.map(({ profile }) => profile))];
  const unit = commonUnit(runs.map(({ path }) => path));
  const lines = [
    ...others.flatMap((other) => differenceText(first, other)),
    `${profiles.length === 1 ? 'profile' : 'profiles'} ${profiles.join(', ')} · workload ${workload} · seed ${seed} · ${interrupts} ${unit}s each · ${jitterText(first)}`,
    ...(profiles.length === 1
      ? []
      : ['the times are those of different platforms: only counts can be compared']),
    ...settingsText(runs),
    ...runs.flatMap(({ path, end }) =>
      end === 'step-limit' ? wrap('the run was cut off: a storm without end', `${path}: `, '  ') : [],
    ),
    '',
    ...sideBySide(runs),
    '',
    ...(reasons.length === 0 ? [] : [...reasons, '']),
    ...factsText(facts),
  ];
  return `${lines.join('\n')}\n`;
}

function differenceText(first: ComparedRun, { path, delta }: ComparedRun): string[] {
  const words =
    deltaText(delta, [first.path, path]) ?? 'no difference in exits or latency that could be told from none';
  return wrap(words, `${path} instead of ${first.path}: `, '  ');
}

function jitterText({ settings }: ComparedRun): string {
  const names = Object.keys(WITHOUT_JITTER).filter((name) => settings[name] !== 0);
  return names.length === 0
    ? 'without jitter'
    : names.map((name) => `${name}=${settings[name] ?? ''}`).join(' ');
}

/** Paths that have the same settings share a line. */
function settingsText(runs: readonly ComparedRun[]): string[] {
  const paths = new Map<string, string[]>();
  for (const { path, settings } of runs) {
    const given = Object.entries(settings).filter(([name]) => !Object.hasOwn(WITHOUT_JITTER, name));
    const words = given.map(([name, value]) => `${name}=${value}`).join(' ');
    if (words !== '') paths.set(words, [...(paths.get(words) ?? []), path]);
  }
  return [...paths].flatMap(([words, those]) =>
    those.length === runs.length
      ? wrap(words, 'settings ', '  ')
      : wrap(`${those.join(', ')}: ${words}`, 'settings of ', '  '),
  );
}

function sideBySide(runs: readonly ComparedRun[]): string[] {
  const lines: string[] = [];
  for (let from = 0; from < runs.length; from += MOST_SIDE_BY_SIDE) {
    const shown = runs.slice(from, from + MOST_SIDE_BY_SIDE);
    if (from > 0) lines.push('');
    lines.push(
      ...table(
        [
          { title: perUnit(runs.map(({ path }) => path)), align: 'left', maximum: 22 },
          ...shown.map(({ path }) => ({ title: path, align: 'right' as const, maximum: 24 })),
        ],
        [
          ...(new Set(runs.map(({ profile }) => profile)).size === 1
            ? []
            : [['profile', ...shown.map(({ profile }) => profile)]]),
          ...rows(runs).map(([name, value]) => [name, ...shown.map(({ summary }) => value(summary))]),
        ],
      ),
    );
  }
  return lines;
}

type Row = readonly [name: string, value: (summary: Summary) => string];

/** What cannot be in any of the runs has no line. */
function rows(runs: readonly ComparedRun[]): Row[] {
  const hasInterrupts = runs.some(({ path }) => legWords(path).unit === 'interrupt');
  const summaries = runs.map(({ summary }) => summary);
  const exitReasons = [...new Set(summaries.flatMap((summary) => Object.keys(summary.exitReasons)))].sort();
  return [
    ['latency, median', ({ latencyNs }) => timeOrNever(latencyNs.p50)],
    ['latency, 99 %', ({ latencyNs }) => timeOrNever(latencyNs.p99)],
    ['completion, median', ({ completionNs }) => timeOrNever(completionNs.p50)],
    ['exits', (summary) => threeDigits(summary.exitsPerInterrupt)],
    ...exitReasons.map((reason): Row => [
      `  ${reason}`,
      (summary) => threeDigits(summary.exitReasons[reason] ?? 0),
    ]),
    ['  of them to QEMU', (summary) => threeDigits(summary.userspaceExitsPerInterrupt)],
    ...(hasInterrupts ? INTERRUPT_ROWS : []),
    ['context switches', (summary) => threeDigits(summary.contextSwitchesPerInterrupt)],
    ...(summaries.some(({ regionUnmapsPerInterrupt }) => regionUnmapsPerInterrupt) ? REGION_ROWS : []),
    ['CPU time, guest', ({ cpuNsPerInterrupt }) => timeText(cpuNsPerInterrupt.guest)],
    ['CPU time, kernel', ({ cpuNsPerInterrupt }) => timeText(cpuNsPerInterrupt.kernel)],
    ['CPU time, QEMU', ({ cpuNsPerInterrupt }) => timeText(cpuNsPerInterrupt.qemu)],
    ...(summaries.some(({ cpuNsPerInterrupt }) => cpuNsPerInterrupt.process) ? [PROCESS_ROW] : []),
    ['served per second', (summary) => threeDigits(summary.throughputPerSecond)],
    ['time from assumptions', (summary) => `${Math.round(summary.assumedShare * 100)} %`],
    ...(summaries.some(({ requests }) => requests) ? REQUEST_ROWS : []),
  ];
}

const PROCESS_ROW: Row = ['CPU time, backend', ({ cpuNsPerInterrupt: { process = 0 } }) => timeText(process)];

/** A request on its way to the device has none of these. */
const INTERRUPT_ROWS: readonly Row[] = [
  ['halt wake-ups', (summary) => threeDigits(summary.haltWakeupsPerInterrupt)],
  ['physical interrupts', (summary) => threeDigits(summary.physicalIrqsPerInterrupt)],
  ['guest interrupts', (summary) => threeDigits(summary.guestIrqsPerInterrupt)],
  ['  spurious', (summary) => threeDigits(summary.spuriousPerInterrupt)],
];

const REGION_ROWS: readonly Row[] = [
  ['regions unmapped', (summary) => threeDigits(summary.regionUnmapsPerInterrupt)],
  ['regions mapped', (summary) => threeDigits(summary.regionMapsPerInterrupt)],
];

/** Of devices that are given requests, over the whole run. */
const REQUEST_ROWS: readonly Row[] = [
  ofRequests('kicks per request', ({ kicksPerRequest }) => threeDigits(kicksPerRequest)),
  ofRequests('exits per request', ({ exitsPerRequest }) => threeDigits(exitsPerRequest)),
  ofRequests('  of them to QEMU', ({ userspaceExitsPerRequest }) => threeDigits(userspaceExitsPerRequest)),
  ofRequests('vCPU stopped, request', ({ vcpuStallNsPerRequest }) => timeText(vcpuStallNsPerRequest)),
  ofRequests('  longest stop', ({ vcpuStallNs }) => timeText(vcpuStallNs.max)),
  ofRequests('requests per second', ({ requestsPerSecond }) => threeDigits(requestsPerSecond)),
];

function ofRequests(name: string, value: (requests: RequestSummary) => string): Row {
  return [name, ({ requests }) => (requests === undefined ? '' : value(requests))];
}
