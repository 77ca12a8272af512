import { WITHOUT_JITTER } from '../analysis/cost-text.ts';
import { legWords } from '../analysis/leg-words.ts';
import { lateExits } from '../analysis/late-exits.ts';
import type { RequestSummary, Simulation, Summary } from '../analysis/simulation.ts';
import type { Distribution } from '../base/distribution.ts';
import { timeOrNever, timeText, threeDigits } from './numbers.ts';
import { wrap } from './text.ts';

type Row = readonly [name: string, value: string];

/** The averages of a run, a line each. What cannot happen on the way of a request to its device has no line. */
export function summaryLines(simulation: Simulation): string[] {
  const { path, summary, settings } = simulation;
  const isQuiet = Object.keys(WITHOUT_JITTER).every((name) => settings[name] === 0);
  const { unit } = legWords(path);
  const rows: Row[] = [
    ['latency', distribution(summary.latencyNs)],
    ['completion', distribution(summary.completionNs)],
    ['exits', exits(summary, lateExits(simulation))],
    ...(unit === 'interrupt' ? interruptRows(summary) : []),
    ['context switches', threeDigits(summary.contextSwitchesPerInterrupt)],
    ...regionRows(summary),
    ['CPU time', cpuTime(summary)],
    ['served per second', threeDigits(summary.throughputPerSecond)],
  ];
  return [
    isQuiet ? `per ${unit}` : `per ${unit}, with jitter`,
    ...aligned(rows),
    `  ${Math.round(summary.assumedShare * 100)} % of the time rests on assumed or unverified costs`,
    ...(summary.requests === undefined
      ? []
      : ['', 'per request, there and back', ...aligned(requestRows(summary.requests))]),
  ];
}

function exits(
  { exitsPerInterrupt, userspaceExitsPerInterrupt, exitReasons }: Summary,
  late: number,
): string {
  if (exitsPerInterrupt === 0) return '0';
  const reasons = Object.entries(exitReasons).map(([name, count]) => `${name} ${threeDigits(count)}`);
  const after = late === 0 ? '' : `, ${threeDigits(late)} after the cycle`;
  return [
    `${threeDigits(exitsPerInterrupt)}, ${toQemu(userspaceExitsPerInterrupt)}${after}`,
    ...reasons,
  ].join(' · ');
}

function toQemu(exits: number): string {
  return `${exits === 0 ? 'none' : threeDigits(exits)} of them to QEMU`;
}

function interruptRows(summary: Summary): Row[] {
  const [taken, spurious] = [summary.guestIrqsPerInterrupt, summary.spuriousPerInterrupt].map(threeDigits);
  return [
    ['halt wake-ups', threeDigits(summary.haltWakeupsPerInterrupt)],
    ['physical interrupts', threeDigits(summary.physicalIrqsPerInterrupt)],
    ['guest interrupts', `${taken ?? ''}, spurious ${spurious ?? ''}`],
  ];
}

/** Of paths on which QEMU takes the device's regions away from the guest. */
function regionRows({ regionUnmapsPerInterrupt: unmaps, regionMapsPerInterrupt: maps }: Summary): Row[] {
  return unmaps === 0 && maps === 0
    ? []
    : [['regions', `unmapped ${threeDigits(unmaps)}, mapped ${threeDigits(maps)}`]];
}

function cpuTime({ cpuNsPerInterrupt: { guest, kernel, qemu, process } }: Summary): string {
  const backend = process === undefined ? '' : ` · backend process ${timeText(process)}`;
  return `guest ${timeText(guest)} · kernel ${timeText(kernel)} · QEMU ${timeText(qemu)}${backend}`;
}

function requestRows(requests: RequestSummary): Row[] {
  const { kicksPerRequest, exitsPerRequest, userspaceExitsPerRequest, vcpuStallNs } = requests;
  return [
    ['kicks', threeDigits(kicksPerRequest)],
    ['exits', `${threeDigits(exitsPerRequest)}, ${toQemu(userspaceExitsPerRequest)}`],
    [
      'vCPU stopped',
      `${timeText(requests.vcpuStallNsPerRequest)}, at most ${timeText(vcpuStallNs.max)} at a time`,
    ],
    ['requests per second', threeDigits(requests.requestsPerSecond)],
  ];
}

function aligned(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.flatMap(([name, value]) => wrap(value, `  ${name.padEnd(width)}  `));
}

function distribution({ min, p50, p99, max }: Distribution): string {
  if (max === 0) return timeOrNever(max);
  return `median ${timeText(p50)} · 99 % ${timeText(p99)} · from ${timeText(min)} to ${timeText(max)}`;
}
