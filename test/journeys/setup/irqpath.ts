import { execFileSync } from 'node:child_process';
import { ROOT } from '../../../scripts/lib/paths.mts';

/** What `irqpath simulate FILE --json` says, as far as the journeys compare it (docs/json.md). */
export interface SimulateJson {
  readonly path: string;
  readonly shapes: readonly { readonly count: number; readonly labels: readonly string[] }[];
}

/** Runs the built command line as a user would; throws if it does not end with status 0. */
export function irqpathSimulate(file: string): SimulateJson {
  const output = execFileSync(process.execPath, ['dist/cli.js', 'simulate', file, '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(output) as SimulateJson;
}
