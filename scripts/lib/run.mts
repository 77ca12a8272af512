import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { ROOT } from './paths.mts';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Keep the output to ourselves and show it only if the command fails. */
  readonly quiet?: boolean;
  /** Let everything else on the machine go first. */
  readonly isPatient?: boolean;
}

/**
 * Runs a command to its end. Returns its exit status; 127 if it could not be started, 128 if a signal ended it.
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<number> {
  const child = spawn(command, args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...options.env },
    stdio: options.quiet === true ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  });
  if (options.isPatient === true && child.pid !== undefined)
    setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const output: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
  const status = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(127);
    });
    child.once('close', (code) => {
      resolve(code ?? 128);
    });
  });
  if (status !== 0) process.stderr.write(Buffer.concat(output));
  return status;
}

/** As `run`, for a command without which the script cannot go on: rejects if it fails. */
export async function runOrThrow(command: string, args: readonly string[], options?: RunOptions) {
  const status = await run(command, args, options);
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} ended with status ${status}`);
}
