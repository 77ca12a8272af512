import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../lib/paths.mts';

/** A running server. */
export interface ServerProcess {
  readonly port: number;
  /** What it printed last, for a failure's report. */
  lastOutput(): string;
  /** Resolves when the server and all processes that it started have ended. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const KEPT_LINES = 60;

/**
 * Runs VS Code's `server-main.js` with its data in `folder`. Resolves when it listens; rejects with what it
 * printed if it ends before, or does not listen within a minute. Neither the server nor the folder outlives
 * this process: see `guard.mts`.
 */
export async function startServerProcess(
  folder: string,
  main: string,
  args: readonly string[],
): Promise<ServerProcess> {
  const guard = fileURLToPath(new URL('guard.mts', import.meta.url));
  const child = spawn(process.execPath, [guard, folder, process.execPath, main, ...args], {
    cwd: ROOT,
    env: environment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C shall reach us only: the guard ends by its standard input.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('close', resolve));
  const stop = async () => {
    child.stdin.destroy();
    await ended;
  };

  const output: string[] = [];
  const lastOutput = () => output.join('\n');
  const listening = new Promise<number>((resolve, reject) => {
    const onLine = (line: string) => {
      output.push(line);
      if (output.length > KEPT_LINES) output.shift();
      const port = /Extension host agent listening on (\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    createInterface(child.stdout).on('line', onLine);
    createInterface(child.stderr).on('line', onLine);
    const giveUp = (why: string) => {
      reject(new Error(`VS Code's server ${why}\n${lastOutput()}`));
    };
    child.once('error', (error) => {
      giveUp(`could not be started: ${error.message}`);
    });
    void ended.then(() => {
      giveUp('ended by itself');
    });
    setTimeout(giveUp, START_TIMEOUT_MS, 'does not listen').unref();
  });
  try {
    return { port: await listening, lastOutput, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ours, without what VS Code itself sets for the terminals in it: the new server is not inside that one. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name)),
  );
}
