import { cpus, loadavg, totalmem } from 'node:os';
import type { Measurement } from './measure.mts';

/** The machine and the load that it had from others, as one line. */
export function machineLine(): string {
  const processors = cpus();
  const memory = `${String(Math.round(totalmem() / 2 ** 30))} GiB`;
  const load = loadavg().map((value) => value.toFixed(1));
  return `${processors[0]?.model ?? 'unknown processor'} × ${String(processors.length)}, ${memory}, Node ${process.version}, load ${load.join(' ')}`;
}

/** Measurements as a Markdown table; the last column compares each with the first. */
export function table(title: string, measurements: readonly Measurement[]): string {
  const reference = measurements[0]?.perSecond ?? NaN;
  const rows = measurements.map(({ name, unit, perSecond, slowest, fastest, count, note }) => [
    note === undefined ? name : `${name} (${note})`,
    `${short(perSecond)} ${unit}/s`,
    `${short(slowest)} to ${short(fastest)}`,
    count.toLocaleString('en'),
    (perSecond / reference).toFixed(2),
  ]);
  const head = [title, 'median', 'range', 'count', 'ratio'];
  return markdownTable(head, rows);
}

/** Rows under a head as Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, head.map(() => '---'), ...rows];
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => (cell === '---' ? '-'.repeat(widths[i] ?? 3) : cell.padEnd(widths[i] ?? 0))).join(' | ')} |`;
  return cells.map(line).join('\n');
}

function short(rate: number): string {
  return rate >= 1e6 ? `${(rate / 1e6).toFixed(2)} M` : `${(rate / 1e3).toFixed(0)} k`;
}
