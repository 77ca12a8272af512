import type { TraceReport } from './trace-report.ts';

/** A report as `irqpath trace --json` prints it: without the events of the shapes. docs/json.md has the fields. */
export function traceJson(file: string, report: TraceReport): object {
  return {
    file,
    ...report,
    sources: report.sources.map((source) => ({
      ...source,
      shapes: source.shapes.map(({ count, labels }) => ({ count, labels })),
    })),
  };
}
