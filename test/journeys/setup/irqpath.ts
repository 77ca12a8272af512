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

/** The words for a change from one path to another, from what the command line says of both without jitter. */
export function irqpathDelta(from: string, to: string): string {
  const measure = (path: string) =>
    irqpathSimulate(
      ...['--path', path, '--irqs', '50', '--set', 'jitterPercent=0', '--set', 'wakeJitterPercent=0'],
    ).summary;
  const [a, b] = [measure(from), measure(to)];
  const sign = (value: number): string => (value < 0 ? '−' : '+');
  const digits = (value: number): string => String(Number(Math.abs(value).toPrecision(2)));
  const exits = b.exitsPerInterrupt - a.exitsPerInterrupt;
  const micros = (b.latencyNs.p50 - a.latencyNs.p50) / 1000;
  return `${sign(exits)}${digits(exits)} exits, ≈ ${sign(micros)}${digits(micros)} µs latency per interrupt`;
}
