import type { StepRow } from '../../src/analysis/simulation.ts';

/** Everything a row says, one step a line: this is what a change of the model shows up in. */
export function fullText(rows: readonly StepRow[]): string {
  const start = rows[0]?.timeNs ?? 0;
  return rows
    .map((row) => {
      const changes = row.changes.map(({ field, from, to }) => `${field}: ${from} -> ${to}`);
      return [
        `${String(row.timeNs - start).padStart(7)} ${row.process} | ${row.party} | ${row.label}`,
        `        ${row.at}`,
        ...(row.cost === null ? [] : [`        ${row.cost} ${String(row.costNs)} ns`]),
        ...row.tracepoints.map((text) => `        > ${text}`),
        ...row.marks.map((text) => `        # ${text}`),
        ...changes.map((text) => `        * ${text}`),
      ].join('\n');
    })
    .join('\n');
}
