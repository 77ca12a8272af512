import { legWords } from '../../analysis/leg-words.ts';
import type { StepRow } from '../../analysis/simulation.ts';
import type { ShownRun } from './finished.ts';

/** Lines of a mail are not longer. */
export const MAIL_WIDTH = 72;

/** The shown shape as plain text for a mail: what was run, its numbers, and a line for each step. */
export function plainText({ run, shape, rows }: Omit<ShownRun, 'mermaid' | 'step'>): string {
  const { simulation, assumptions } = run;
  const { path, seed, interrupts, shapes } = simulation;
  const { unit } = legWords(path);
  const title = shapes[shape]?.title ?? '';
  const startNs = rows[0]?.timeNs ?? 0;
  const numberWidth = String(rows.length).length;
  const timeWidth = Math.max(0, ...rows.map((row) => microseconds(row, startNs).length));
  const partyWidth = Math.max(0, ...rows.map(({ party }) => party.length));
  const line = (row: StepRow, i: number): string =>
    [
      String(i + 1).padStart(numberWidth),
      microseconds(row, startNs).padStart(timeWidth),
      row.party.padEnd(partyWidth),
      row.label,
    ].join('  ');
  return [
    `${path}, shape ${String(shape + 1)} of ${String(shapes.length)}: ${title}`,
    `${String(interrupts)} ${unit}${interrupts === 1 ? '' : 's'}, seed ${String(seed)}`,
    `assuming ${assumptions.map(({ text }) => text).join('; ')}`,
  ]
    .flatMap((text) => wrap(text))
    .concat('', `times in µs from the ${unit === 'request' ? 'request' : 'assertion'}`, ...rows.map(line), '')
    .join('\n');
}

function microseconds(row: StepRow, startNs: number): string {
  return ((row.timeNs - startNs) / 1000).toFixed(1);
}

/** Breaks a text into lines for a mail, each behind an indent. */
export function wrap(text: string, indent = ''): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= MAIL_WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent}${word}`);
  }
  return lines;
}
