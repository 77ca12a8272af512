import type { Conformance } from '../../src/trace/conformance.ts';
import type { RealRun } from './real-run.ts';

const HEAD = `# Conformance

Traces of real machines, each followed line by line through everything that the model of its path can do. A trace is
included if some run of the model prints all the events that the path claims to know, in the same contexts and in the
same order; a step prints while it goes on, other CPUs may print in between, and its effect comes after its last line. Events of other names are ignored and
counted here; events of known names that are about something else (the console's interrupt, the guest's timer) count as
ignored, too. The model runs with \`surroundings=real\`: other interrupts and traps, accesses outside the handler, a vCPU
thread that moves.

The machines: QEMU 7.2.22 on Linux 6.12.117, an Arm host with a vfio-platform device that has level and edge interrupts
(P, C, E, H), and on Linux 6.12.95, an x86 host (SVM without AVIC, machine q35) with an assigned e1000 that uses INTx (X4,
X5). Of the x86 traces only the lines that their path knows are kept (so that hardly any is ignored here); away from the
interrupts, rounds of the vCPU that have nothing to do with the device (its console, its timer, HLT) are cut out whole,
from an exit to the next entry, in X5-off the driver's accesses between interrupts and wake-ups of QEMU's main loop for
others as well. X4b begins shortly before its first interrupt, X4m goes from there to a little behind its second, X5-off
from there to a little before its tenth. Of P7 with irqfd there is nothing to follow: its device is dead from the start, and no
event of the trace is its own; \`irqpath explore --path vfio-platform/irqfd --set start=reset\` finds how that comes.

This file is written by \`npx vitest run --project unit trace/conform -u\` and checked by the same test, which also swaps
pairs of lines that are cause and effect: all of those traces are refused.

`;

/** The text of docs/conformance.md. */
export function conformanceText(runs: readonly RealRun[], found: ReadonlyMap<string, Conformance>): string {
  return `${HEAD}${conformanceRows(runs, found)}`;
}

/** What is said of a trace: its name and what it is held against. */
export type DescribedRun = Pick<RealRun, 'file' | 'path' | 'settings'>;

/** A table of the runs, and each by itself. */
export function conformanceRows(
  runs: readonly DescribedRun[],
  found: ReadonlyMap<string, Conformance>,
): string {
  const rows = runs.flatMap((run) => {
    const conformance = found.get(run.file);
    return conformance ? [{ run, conformance }] : [];
  });
  const table = rows.map(
    ({ run, conformance: { cycles, verdict, claimed, events, used, unused, largestSet } }) => [
      run.file,
      run.path,
      `${cycles}`,
      verdict,
      `${claimed} of ${events}`,
      `${used.length} of ${used.length + unused.length}`,
      `${largestSet}`,
    ],
  );
  const columns = ['trace', 'path', 'cycles', 'verdict', 'events known', 'steps taken', 'most ways at once'];
  return [
    drawTable([columns, ...table]),
    '\n## Trace by trace\n',
    ...rows.map(({ run, conformance }) => detail(run, conformance)),
  ].join('');
}

export function drawTable([columns = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...rows.map((row) => (row[i] ?? '').length)),
  );
  const draw = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |\n`;
  return [draw(columns), draw(widths.map((width) => '-'.repeat(width))), ...rows.map(draw)].join('');
}

function detail({ file, settings }: DescribedRun, { ignored, notRecorded, unused }: Conformance): string {
  const given = Object.entries(settings).map(([name, value]) => `\`${name}=${value}\``);
  return [
    `\n### ${file}\n`,
    `- Settings: ${given.length === 0 ? 'defaults' : given.join(', ')}`,
    `- Ignored: ${ignored.length === 0 ? 'nothing' : ignored.map(({ name, count }) => `${name} ${count}`).join(', ')}`,
    `- Known, but not in the trace, or not all of them: ${notRecorded.join(', ')}`,
    `- Steps not taken by the run that explains it: ${unused.join(', ')}`,
    '',
  ].join('\n');
}
