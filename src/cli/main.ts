import { readInput } from './read-input.ts';
import { run } from './run.ts';

// A reader such as `head` that closes the pipe has seen what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 2);
});

void run(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  read: (name) => readInput(name, process.stdin),
}).then((status) => {
  process.exitCode = status;
});
