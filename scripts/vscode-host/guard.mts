// node guard.mts FOLDER COMMAND ARGUMENT…
//
// Runs the command for as long as our standard input stays open, then ends it and all that it started, and
// removes the folder, which holds its data. Whoever starts a server through this file cannot leave it behind:
// when that process ends in whatever way, even killed, the pipe closes.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const GRACE_MS = 2000;

const [folder = '', command = '', ...args] = process.argv.slice(2);
// `detached` makes the command the leader of a process group, by which its descendants can be found.
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });

child.once('error', (error) => {
  console.error(`${command}: ${error.message}`);
  end(127);
});
child.once('exit', (code) => {
  end(code ?? 128);
});
process.stdin.once('close', () => {
  signalGroup('SIGTERM');
  setTimeout(signalGroup, GRACE_MS, 'SIGKILL');
});
process.stdin.resume();

function signalGroup(signal: NodeJS.Signals) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}

function end(status: number) {
  signalGroup('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  process.exit(status);
}
