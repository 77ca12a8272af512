import { approximateTime, twoDigits } from '../../analysis/approximately.ts';
import type { Simulation, Summary } from '../../analysis/simulation.ts';
import type { Comparison, WhatIfChange } from '../../protocol/panel-state.ts';

/** A run that is to have a column. */
export interface Compared {
  readonly title: string;
  readonly simulation: Simulation;
  readonly whatIf: readonly WhatIfChange[];
}

const ROWS: readonly { readonly name: string; readonly value: (summary: Summary) => string }[] = [
  { name: 'exits', value: ({ exitsPerInterrupt }) => twoDigits(exitsPerInterrupt) },
  { name: 'exits to QEMU', value: ({ userspaceExitsPerInterrupt }) => twoDigits(userspaceExitsPerInterrupt) },
  { name: 'latency, median', value: ({ latencyNs }) => approximateTime(latencyNs.p50) },
  { name: 'latency, 99 %', value: ({ latencyNs }) => approximateTime(latencyNs.p99) },
  { name: 'ready again, median', value: ({ completionNs }) => approximateTime(completionNs.p50) },
  {
    name: 'physical exceptions',
    value: ({ physicalIrqsPerInterrupt }) => twoDigits(physicalIrqsPerInterrupt),
  },
  { name: 'guest interrupts', value: ({ guestIrqsPerInterrupt }) => twoDigits(guestIrqsPerInterrupt) },
  { name: 'spurious guest interrupts', value: ({ spuriousPerInterrupt }) => twoDigits(spuriousPerInterrupt) },
  {
    name: 'context switches',
    value: ({ contextSwitchesPerInterrupt }) => twoDigits(contextSwitchesPerInterrupt),
  },
  { name: 'CPU time, guest', value: ({ cpuNsPerInterrupt }) => approximateTime(cpuNsPerInterrupt.guest) },
  {
    name: 'CPU time, host kernel',
    value: ({ cpuNsPerInterrupt }) => approximateTime(cpuNsPerInterrupt.kernel),
  },
  { name: 'CPU time, QEMU', value: ({ cpuNsPerInterrupt }) => approximateTime(cpuNsPerInterrupt.qemu) },
  { name: 'time on assumed costs', value: ({ assumedShare }) => `≈ ${twoDigits(assumedShare * 100)} %` },
];

/** The summaries of runs side by side, per interrupt. */
export function describeComparison(runs: readonly Compared[], missing: readonly string[]): Comparison {
  return {
    columns: runs.map(({ title, simulation, whatIf }) => ({
      title: [title, ...whatIf.map(({ option, to }) => `${option}=${to}`)].join(', '),
      path: simulation.path,
    })),
    rows: [
      { name: 'costs of', values: runs.map(({ simulation }) => simulation.profile) },
      ...ROWS.map(({ name, value }) => ({
        name,
        values: runs.map(({ simulation }) => value(simulation.summary)),
      })),
    ],
    missing,
  };
}
