import { version } from '../../package.json';
import { readInput } from './read-input.ts';
import { readPieces } from './read-pieces.ts';
import { run } from './run.ts';
import { runProgram } from './run-program.ts';

// A reader such as `head` that closes the pipe has seen what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 2);
});

const CLEAR_LINE = '\r\x1b[2K';

void run(process.argv.slice(2), {
  version,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  progress: (text) => {
    const { isTTY, columns } = process.stderr;
    if (isTTY) process.stderr.write(`${CLEAR_LINE}${text.slice(0, columns - 1)}`);
  },
  interruption: () => {
    const controller = new AbortController();
    process.once('SIGINT', () => {
      controller.abort();
    });
    return controller.signal;
  },
  read: (name) => readInput(name, process.stdin),
  readPieces: (name, take) => readPieces(name, process.stdin, take),
  runProgram,
}).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    // Status 1 would say that something was found. The one thing known to come here is memory running out.
    process.stderr.write(
      `irqpath: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 2;
  },
);
