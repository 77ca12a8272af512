import { readFileSync } from 'node:fs';
import { TraceAnalysis } from '../../src/trace/trace-analysis.ts';
import type { TraceReport } from '../../src/trace/trace-report.ts';

/** The text of a real trace, by its name under test/fixtures/traces. */
export function traceFixture(name: string): string {
  return readFileSync(new URL(`../fixtures/traces/${name}`, import.meta.url), 'utf8');
}

export function analyse(text: string): TraceReport {
  const analysis = new TraceAnalysis();
  analysis.push(text);
  return analysis.end();
}

/** Each source and its path, as `key path`. */
export function pathsOf({ sources }: TraceReport): string[] {
  return sources.map(({ key, path }) => `${key} ${path}`);
}
