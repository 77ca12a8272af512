import { existsSync, readFileSync } from 'node:fs';

/** How many tests passed and failed; of a run that left no report, nothing is known. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** Reads a report of vitest's `json` reporter; undefined if the run did not get as far as writing one. */
export function countVitest(path: string): Count | undefined {
  if (!existsSync(path)) return undefined;
  const report = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
    readonly testResults: readonly {
      readonly status: string;
      readonly assertionResults: readonly unknown[];
    }[];
  };
  // A file that could not be loaded has no tests to fail; it counts as one.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
}

/** Reads the report of the in-host suite (test/host/suite.ts); undefined if there is none. */
export function countHostSuite(path: string): Count | undefined {
  if (!existsSync(path)) return undefined;
  const results = JSON.parse(readFileSync(path, 'utf8')) as readonly { readonly error: string | null }[];
  const failed = results.filter(({ error }) => error !== null).length;
  return { passed: results.length - failed, failed };
}
