import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** The outcome of one test; `error` is null if it passed. */
interface HostTestResult {
  readonly title: string;
  readonly error: string | null;
}

/**
 * VS Code calls this inside its extension host, under the browser's workbench as on the desktop. Runs the test
 * files beside the built suite, says each result as it comes, and leaves all in
 * `test-results/host-suite.json`. Rejects if a test failed or none was found.
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 20_000, reporter: Mocha.reporters.Base, forbidOnly: true });
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith('.test.js')) mocha.addFile(join(__dirname, name));
  }
  const results = await runAll(mocha);
  const folder = join(__dirname, '../../test-results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'host-suite.json'), JSON.stringify(results, null, 2));
  const failed = results.filter(({ error }) => error !== null).length;
  if (failed > 0) throw new Error(`${failed} of ${results.length} in-host tests failed`);
  if (results.length === 0) throw new Error('No in-host tests were found');
}

async function runAll(mocha: Mocha): Promise<readonly HostTestResult[]> {
  const results: HostTestResult[] = [];
  await new Promise<void>((resolve) => {
    mocha
      .run(() => {
        resolve();
      })
      .on('pass', (test) => {
        results.push({ title: test.fullTitle(), error: null });
        console.log(`  ✓ ${test.fullTitle()}`);
      })
      .on('fail', (test, failure: unknown) => {
        const error = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
        results.push({ title: test.fullTitle(), error });
        console.log(`  ✗ ${test.fullTitle()}\n${error}`);
      });
  });
  return results;
}
