import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PROCESS_COSTS } from './event-queue.mts';
import { RUNS, summarize } from './measure.mts';
import type { Measurement } from './measure.mts';

/** Debian's package belongs to Debian's interpreter, not to one that comes first on the PATH. */
const PYTHON = '/usr/bin/python3';
const EVENTS = 200_000;

/** SimPy's own event loop with as many processes; undefined if it is not installed. */
export function simpy(): Measurement | undefined {
  if (spawnSync(PYTHON, ['-c', 'import simpy']).status !== 0) return undefined;
  const program = fileURLToPath(new URL('simpy-loop.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync(
    PYTHON,
    [program, ...[RUNS, EVENTS, ...PROCESS_COSTS].map(String)],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(stderr);
  const samples = stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [count = NaN, timeNs = NaN] = line.split(' ').map(Number);
      return { count, timeNs };
    });
  return summarize('SimPy, CPython', 'events', samples, 'no state, no guards, no effects');
}
