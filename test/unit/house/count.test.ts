import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countHostSuite, countVitest } from '../../../scripts/lib/count.mts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irq-path-explorer-count-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function report(content: unknown): string {
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

describe('the count at the end of npm test', () => {
  it('is what vitest reports', () => {
    const file = { status: 'failed', assertionResults: [{}] };
    const path = report({ numPassedTests: 7, numFailedTests: 1, testResults: [file] });
    expect(countVitest(path)).toEqual({ passed: 7, failed: 1 });
  });

  it('counts a test file that could not be loaded as a failure', () => {
    const file = { status: 'failed', assertionResults: [] };
    const path = report({ numPassedTests: 7, numFailedTests: 0, testResults: [file] });
    expect(countVitest(path)).toEqual({ passed: 7, failed: 1 });
  });

  it('is what the in-host suite reports', () => {
    const path = report([
      { title: 'a', error: null },
      { title: 'b', error: 'Error: no' },
    ]);
    expect(countHostSuite(path)).toEqual({ passed: 1, failed: 1 });
  });

  it('knows nothing of a run that left no report', () => {
    expect(countVitest(join(folder, 'none.json'))).toBeUndefined();
    expect(countHostSuite(join(folder, 'none.json'))).toBeUndefined();
  });
});
