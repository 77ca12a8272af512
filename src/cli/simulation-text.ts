import { costText } from '../analysis/cost-text.ts';
import { legWords } from '../analysis/leg-words.ts';
import { rowsOfShape } from '../analysis/rows-of-shape.ts';
import type { CycleShape, Measurement, Simulation, StepRow } from '../analysis/simulation.ts';
import { drawSequence } from '../diagram/sequence.ts';
import { factsText } from './facts-text.ts';
import { knownBugsText } from './known-bugs-text.ts';
import { latencyLines } from './latency-text.ts';
import { legText, queuesText } from './resolved-text.ts';
import type { SelectedDevice } from './select-device.ts';
import { summaryLines } from './summary-text.ts';
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
  const { unit, destination } = legWords(path);
  const rows = rowsOfShape(simulation, simulation.shapes.indexOf(shape));
  const lines = [
    path,
    ...(selected === null ? [] : [`${selected.device.id} at ${selected.place}${standIn(selected, rows)}`]),
    ...(selected === null ? [] : queuesLeftOut(selected, simulation)),
    `${costText(quiet)} per ${unit}, to ${destination}, without jitter`,
    `profile ${profile} · workload ${workload} · seed ${seed} · ${plural(interrupts, unit)}`,
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
    ...knownBugsText(simulation),
    '',
    ...(selected === null
      ? []
      : [`why ${selected.device.id} takes this path`, ...legText(selected.leg).slice(1), '']),
    ...factsText(simulation.facts),
  ];
  return `${lines.join('\n')}\n`;
}

/** Which device of the model stands for an assigned one, of which a file says no more than where it is. */
function standIn({ device }: SelectedDevice, rows: readonly StepRow[]): string {
  const first = rows[0];
  return device.driver.startsWith('vfio-') && first?.home === 'hardware'
    ? ` (in the model: ${first.party})`
    : '';
}

/** Of a device that the guest uses with more queues than a run has. */
function queuesLeftOut({ device }: SelectedDevice, { settings }: Simulation): string[] {
  const { driver, queuesInUse = 1 } = device;
  const run = settings.queues === '2' ? 2 : 1;
  if (queuesInUse <= run) return [];
  const all = queuesText(driver, queuesInUse);
  const times = run === 1 ? 'one of them is run, by one vCPU' : 'two of them are run, each by a vCPU';
  return wrap(`the guest uses ${all}; ${times}`, '');
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

/** What a process does again and again, nobody else doing anything meanwhile, is one line. */
function stepTable(steps: readonly StepRow[]): string[] {
  const start = steps[0]?.timeNs ?? 0;
  const keys = steps.map(({ process, label }) => `${process} ${label}`);
  const firsts = steps.filter((_, i) => keys[i] !== keys[i - 1]);
  const times = (first: StepRow): string => {
    const from = steps.indexOf(first);
    const next = keys.findIndex((key, i) => i > from && key !== keys[from]);
    const count = (next < 0 ? keys.length : next) - from;
    return count === 1 ? '' : ` × ${count}`;
  };
  return table(
    [
      { title: 'µs', align: 'right', maximum: 12 },
      { title: 'party', align: 'left', maximum: 18 },
      { title: 'step', align: 'left', maximum: 30 },
      { title: 'function', align: 'left' },
    ],
    firsts.map((step) => [
      ((step.timeNs - start) / 1000).toFixed(2),
      step.party,
      `${step.label}${times(step)}`,
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

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
