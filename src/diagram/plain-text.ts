import type { StepRow } from '../analysis/simulation.ts';

/** Time of a row after the first one, in microseconds with two digits behind the point. */
function microseconds(row: StepRow, first: StepRow): string {
  return ((row.timeNs - first.timeNs) / 1000).toFixed(2);
}

function pad(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, i) => (i === 0 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
    .join('  ')
    .trimEnd();
}

/**
 * Rows of a run as plain text for a mail: time, who, what, and the notable state that changed. Lines keep to 72
 * columns as long as labels and names of fields allow it.
 */
export function drawPlainText(rows: readonly StepRow[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const widths = [7, 13, 21];
  const header = pad(['us', 'who', 'step', 'state'], widths);
  const lines = rows.flatMap((row) => {
    const [state = '', ...more] = row.changes
      .filter(({ notable }) => notable)
      .map(({ field, to }) => `${field} ${to}`);
    return [
      pad([microseconds(row, first), row.party, row.label, state], widths),
      ...more.map((change) => pad(['', '', '', change], widths)),
    ];
  });
  return `${[header, ...lines].join('\n')}\n`;
}
