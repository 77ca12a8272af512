import { execFileSync } from 'node:child_process';
import { ROOT } from '../../../scripts/lib/paths.mts';

/** What `irqpath simulate FILE --json` says, as far as the journeys compare it (docs/json.md). */
export interface SimulateJson {
  readonly path: string;
  readonly summary: { readonly exitsPerInterrupt: number; readonly latencyNs: { readonly p50: number } };
  readonly shapes: readonly { readonly count: number; readonly labels: readonly string[] }[];
}

/** Runs the built command line as a user would; throws if it does not end with status 0. */
export function irqpathSimulate(...parameters: readonly string[]): SimulateJson {
  const output = execFileSync(process.execPath, ['dist/cli.js', 'simulate', ...parameters, '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(output) as SimulateJson;
}

/** What `irqpath compare` prints for these paths, in one line: without jitter, as the editor compares. */
export function irqpathCompare(...paths: readonly string[]): string {
  const parameters = ['dist/cli.js', 'compare', '--paths', paths.join(',')];
  return execFileSync(process.execPath, parameters, { cwd: ROOT, encoding: 'utf8' }).replaceAll(/\s+/g, ' ');
}

/** The words of the command line for a change from one path to another. */
export function irqpathDelta(from: string, to: string): string {
  const printed = irqpathCompare(from, to);
  const delta = /: ([+−].*? per (?:interrupt|request))/.exec(printed)?.[1];
  if (delta === undefined) throw new Error(`irqpath compare says no difference: ${printed}`);
  return delta;
}
