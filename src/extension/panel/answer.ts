import { WORKLOADS } from '../../analysis/workloads.ts';
import { lateExits } from '../../analysis/late-exits.ts';
import { legWords } from '../../analysis/leg-words.ts';
import type { LegWords } from '../../analysis/leg-words.ts';
import { rowsOfShape } from '../../analysis/rows-of-shape.ts';
import { latencySplit, shareInWords } from '../../analysis/latency-split.ts';
import type { RequestSummary, Simulation, Summary } from '../../analysis/simulation.ts';
import type { Distribution } from '../../base/distribution.ts';
import type { Answer, Figure, FigureGroup, Phrase } from '../../protocol/panel-state.ts';
import { approximateTime, twoDigits } from '../../analysis/approximately.ts';
import type { Measured } from '../runs.ts';
import type { FinishedRun } from './finished.ts';

/**
 * Puts a run into the words of the panel. `run` is its number; `drawings` those by which its shapes are asked for. The
 * sentence has the numbers of lens and hover, those without jitter; what only jitter brings about is the run's own.
 */
export function describeAnswer(
  run: number,
  drawings: readonly number[],
  {
    simulation,
    measured,
    reasons,
    delta,
  }: Pick<FinishedRun, 'simulation' | 'measured' | 'reasons' | 'delta'>,
): Answer {
  return {
    run,
    path: simulation.path,
    words: legWords(simulation.path),
    delta,
    sentence: sentence(measured, simulation),
    trust: trust(measured.summary.assumedShare),
    shapes: simulation.shapes.map(({ title, count, labels }, i) => ({
      drawing: drawings[i] ?? 0,
      title,
      count,
      steps: labels.length,
    })),
    reasons,
    numbers: [...numbers(simulation), ...latencyParts(simulation)],
  };
}

function sentence({ summary, end }: Measured, shown: Simulation): Phrase[] {
  const { exitsPerInterrupt: exits, userspaceExitsPerInterrupt: toQemu } = summary;
  // The shapes that are shown have them or not.
  const spurious = shown.summary.spuriousPerInterrupt;
  const { unit } = legWords(shown.path);
  const phrases: Phrase[] = [
    strong(`${twoDigits(exits)} ${twoDigits(exits) === '1' ? 'exit' : 'exits'}`),
    plain(
      ` per ${unit}${exits === 0 ? '' : `, ${toQemu === 0 ? 'none' : twoDigits(toQemu)} of them to QEMU`}; `,
    ),
    ...(unit === 'request'
      ? after('the device takes it', 'the device never takes it', summary.latencyNs)
      : after('guest handler', 'the guest handler never runs', summary.latencyNs)),
    plain(', '),
    ...after('ready for the next', 'never ready for another', summary.completionNs),
  ];
  if (unit === 'request') phrases.push(plain('.'));
  else if (spurious === 0) phrases.push(plain('; no spurious guest interrupts.'));
  else
    phrases.push(
      plain('; '),
      strong(`${twoDigits(spurious)} spurious`),
      plain(' guest interrupts for each real one.'),
    );
  if (end === 'step-limit' || shown.end === 'step-limit')
    phrases.push(strong(' The run is a storm and was cut off.'));
  return phrases;
}

/** When something happens, in the middle; a distribution of nothing is all zeros. */
function after(what: string, never: string, { p50, max }: Distribution): Phrase[] {
  return max === 0 ? [strong(never)] : [plain(`${what} after `), strong(approximateTime(p50))];
}

function trust(assumedShare: number): string {
  if (assumedShare === 0) return 'All of the time rests on published costs.';
  return `≈ ${twoDigits(assumedShare * 100)} % of the time that steps take rests on costs that nobody has published.`;
}

function numbers(simulation: Simulation): FigureGroup[] {
  const { path, summary, seed, interrupts, workload, profile } = simulation;
  const late = lateExits(simulation);
  const { unit } = legWords(path);
  const rows = (entries: readonly (readonly [string, number])[]): Figure[] =>
    entries.map(([name, value]) => ({ name, value: twoDigits(value) }));
  return [
    { title: 'Times with jitter (median / 99 % / longest)', figures: times(summary, unit) },
    {
      title: unit === 'request' ? 'Per request, on its way to the device' : 'Per interrupt',
      figures: rows([
        ['exits', summary.exitsPerInterrupt],
        ['exits to QEMU', summary.userspaceExitsPerInterrupt],
        ...(late === 0 ? [] : [['exits after the cycle', late] as const]),
        ...(unit === 'interrupt' ? ofInterrupts(summary) : []),
        ['context switches', summary.contextSwitchesPerInterrupt],
        ['regions unmapped', summary.regionUnmapsPerInterrupt],
        ['regions mapped again', summary.regionMapsPerInterrupt],
      ]),
    },
    ...(summary.requests
      ? [{ title: 'Per request, there and back', figures: ofRequests(summary.requests) }]
      : []),
    { title: 'Exits by reason', figures: rows(Object.entries(summary.exitReasons)) },
    {
      title: `CPU time per ${unit}`,
      figures: cpuTimes(summary),
    },
    {
      title: 'Run',
      figures: [
        { name: `${unit}s`, value: String(interrupts) },
        { name: 'seed', value: String(seed) },
        { name: 'costs', value: profile },
        { name: 'workload', value: WORKLOADS.find(({ name }) => name === workload)?.title ?? workload },
      ],
    },
  ];
}

/** What a request on its way to the device has none of. */
function ofInterrupts(summary: Summary): (readonly [string, number])[] {
  return [
    ['physical exceptions', summary.physicalIrqsPerInterrupt],
    ['guest interrupts', summary.guestIrqsPerInterrupt],
    ['spurious guest interrupts', summary.spuriousPerInterrupt],
    ['wake-ups of a halted vCPU', summary.haltWakeupsPerInterrupt],
  ];
}

function cpuTimes({ cpuNsPerInterrupt: { guest, kernel, qemu, process } }: Summary): Figure[] {
  const times = [
    ['guest', guest],
    ['kernel', kernel],
    ['QEMU', qemu],
    ...(process === undefined ? [] : [['backend process', process] as const]),
  ] as const;
  return times.map(([name, timeNs]) => ({ name, value: approximateTime(timeNs) }));
}

function times(summary: Summary, unit: LegWords['unit']): Figure[] {
  const spread = ({ p50, p99, max }: Distribution): string =>
    max === 0 ? 'never' : [p50, p99, max].map((time) => approximateTime(time)).join(' / ');
  return [
    {
      name: unit === 'request' ? 'ring to device' : 'assertion to guest handler',
      value: spread(summary.latencyNs),
    },
    {
      name: unit === 'request' ? 'ring to ready again' : 'assertion to ready again',
      value: spread(summary.completionNs),
    },
  ];
}

/** Where the latency of the most frequent shape goes; nothing if the handler does not run in it. */
function latencyParts(simulation: Simulation): FigureGroup[] {
  const [shape] = simulation.shapes;
  const rows = rowsOfShape(simulation, 0);
  const taken = rows.findIndex(({ index }) => index === shape?.takenStep);
  if (taken < 0) return [];
  const figures = latencySplit(rows, taken).map((share) => ({
    name: shareInWords(share),
    value: approximateTime(share.endNs - share.startNs),
  }));
  return [{ title: 'Latency of shape 1, part by part', figures }];
}

function plain(text: string): Phrase {
  return { text, strong: false };
}

function strong(text: string): Phrase {
  return { text, strong: true };
}

/** What is counted over the whole run of a device that is given requests. */
function ofRequests(requests: RequestSummary): Figure[] {
  return [
    { name: 'notifications of the guest', value: twoDigits(requests.kicksPerRequest) },
    { name: 'exits', value: twoDigits(requests.exitsPerRequest) },
    { name: 'exits to QEMU', value: twoDigits(requests.userspaceExitsPerRequest) },
    { name: 'time the vCPU is stopped', value: approximateTime(requests.vcpuStallNsPerRequest) },
    { name: 'longest stop', value: approximateTime(requests.vcpuStallNs.max) },
    ...(requests.queues ?? []).map(({ queue, requests: count, kicks, calls }) => ({
      name: `queue ${queue}`,
      value: `${String(kicks)} kicks and ${String(calls)} calls for ${String(count)} requests`,
    })),
  ];
}
