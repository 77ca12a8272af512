import { costText, WITHOUT_JITTER } from '../analysis/cost-text.ts';
import { rowsOfShape } from '../analysis/rows-of-shape.ts';
import type { CycleShape, Measurement, Simulation, StepRow } from '../analysis/simulation.ts';
import type { Distribution } from '../base/distribution.ts';
import { drawSequence } from '../diagram/sequence.ts';
import { factsText } from './facts-text.ts';
import { latencyLines } from './latency-text.ts';
import { microseconds, threeDigits } from './numbers.ts';
import { legText } from './resolved-text.ts';
import type { SelectedDevice } from './select-device.ts';
import { table, wrap } from './text.ts';

/**
 * What `irqpath simulate` prints for people: what the path costs, one cycle step by step, the summary, and the reasons.
 * `quiet` is the same run without jitter.
 */
export function simulationText(
  simulation: Simulation,
  quiet: Measurement,
  shape: CycleShape,
  selected: SelectedDevice | null,
): string {
  const { path, profile, workload, seed, interrupts, end } = simulation;
  const settings = Object.entries(simulation.settings).map(([name, value]) => `${name}=${value}`);
  const rows = rowsOfShape(simulation, simulation.shapes.indexOf(shape));
  const lines = [
    path,
    ...(selected === null ? [] : [`${selected.device.id} at ${selected.place}`]),
    `${costText(quiet)} per interrupt without jitter`,
    `profile ${profile} · workload ${workload} · seed ${seed} · ${plural(interrupts, 'interrupt')}`,
    ...(settings.length === 0 ? [] : wrap(settings.join(' '), 'settings ')),
    ...(end === 'step-limit'
      ? ['the run was cut off: interrupts follow each other without end (a storm)']
      : []),
    '',
    ...shapeLines(simulation, shape),
    '',
    ...stepTable(rows),
    '',
    ...latencyLines(rows, shape),
    ...summaryLines(simulation),
    '',
    ...(selected === null
      ? []
      : [`why ${selected.device.id} takes this path`, ...legText(selected.leg).slice(1), '']),
    ...factsText(simulation.facts),
  ];
  return `${lines.join('\n')}\n`;
}

/** One cycle of a shape as a Mermaid diagram. */
export function shapeDiagram(simulation: Simulation, shape: CycleShape): string {
  const rows = rowsOfShape(simulation, simulation.shapes.indexOf(shape));
  return drawSequence(rows, { title: `${simulation.path}: ${shape.title}` }).trimEnd();
}

function shapeLines({ shapes }: Simulation, shown: CycleShape): string[] {
  return [
    'cycles',
    ...shapes.flatMap((shape, i) => {
      const mark = shape === shown ? '▶' : ' ';
      return wrap(`${shape.count} × ${shape.title} (${shape.labels.length} steps)`, `${mark} ${i + 1}. `);
    }),
  ];
}

function stepTable(steps: readonly StepRow[]): string[] {
  const start = steps[0]?.timeNs ?? 0;
  return table(
    [
      { title: 'µs', align: 'right', maximum: 12 },
      { title: 'party', align: 'left', maximum: 18 },
      { title: 'step', align: 'left', maximum: 30 },
      { title: 'function', align: 'left' },
    ],
    steps.map((step) => [
      ((step.timeNs - start) / 1000).toFixed(2),
      step.party,
      step.label,
      functionOf(step.at),
    ]),
  );
}

/** `Linux virt/kvm/eventfd.c irqfd_inject` without the file. */
function functionOf(at: string): string {
  const words = at.split(' ');
  const file = words.findIndex((word) => word.includes('/'));
  return words.slice(file + 1).join(' ') || at;
}

function summaryLines({ summary, settings }: Simulation): string[] {
  const isQuiet = Object.keys(WITHOUT_JITTER).every((name) => settings[name] === 0);
  const { cpuNsPerInterrupt: cpu } = summary;
  const reasons = Object.entries(summary.exitReasons).map(([name, count]) => `${name} ${threeDigits(count)}`);
  const rows = [
    ['latency', distribution(summary.latencyNs)],
    ['completion', distribution(summary.completionNs)],
    ['exits', [threeDigits(summary.exitsPerInterrupt), ...reasons].join(' · ')],
    ['to QEMU', `${threeDigits(summary.userspaceExitsPerInterrupt)} of them`],
    ['halt wake-ups', threeDigits(summary.haltWakeupsPerInterrupt)],
    ['physical interrupts', threeDigits(summary.physicalIrqsPerInterrupt)],
    [
      'guest interrupts',
      `${threeDigits(summary.guestIrqsPerInterrupt)}, spurious ${threeDigits(summary.spuriousPerInterrupt)}`,
    ],
    ['context switches', threeDigits(summary.contextSwitchesPerInterrupt)],
    [
      'regions',
      `unmapped ${threeDigits(summary.regionUnmapsPerInterrupt)}, mapped ${threeDigits(summary.regionMapsPerInterrupt)}`,
    ],
    [
      'CPU time',
      `guest ${microseconds(cpu.guest)} · kernel ${microseconds(cpu.kernel)} · QEMU ${microseconds(cpu.qemu)}${cpu.process === undefined ? '' : ` · backend process ${microseconds(cpu.process)}`}`,
    ],
    ['most per second', threeDigits(summary.throughputPerSecond)],
  ];
  const width = Math.max(...rows.map(([name]) => name?.length ?? 0));
  const assumed = `${Math.round(summary.assumedShare * 100)} % of the time rests on assumed or unverified costs`;
  return [
    isQuiet ? 'per interrupt' : 'per interrupt, with jitter',
    ...rows.map(([name, value]) => `  ${(name ?? '').padEnd(width)}  ${value ?? ''}`),
    `  ${assumed}`,
  ];
}

function distribution({ min, p50, p99, max }: Distribution): string {
  return `median ${microseconds(p50)} · 99 % ${microseconds(p99)} · from ${microseconds(min)} to ${microseconds(max)}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
