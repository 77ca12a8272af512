// SPIN, for comparing: Debian's `spin` and `gcc`. Nothing here is needed to build or run the project.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MODELS = join(import.meta.dirname, '../../fixtures/promela');

/** Of SPIN's stack, in steps. It is paid for when the search starts, so it is no larger than it has to be. */
const MAX_DEPTH = 150_000;

/** What SPIN found in a model. */
export interface SpinResult {
  readonly states: number;
  /** Processor time of the verifier, in nanoseconds, with a resolution of a millisecond. */
  readonly searchNs: number;
}

/** Whether both programs are there. */
export function hasSpin(): boolean {
  return ['spin', 'gcc'].every((program) => {
    const { error } = spawnSync(program, [program === 'spin' ? '-V' : '--version'], { stdio: 'ignore' });
    return error === undefined;
  });
}

/**
 * Searches all states of a model in test/fixtures/promela/, `runs` times: depth first, no partial-order reduction, no
 * merging of statements. The models start their processes as `active`: with an `init` that runs them, SPIN would
 * count its states too. Throws if a program fails or the search did not reach everything.
 */
export function searchWithSpin(model: string, size: number, runs = 1): SpinResult[] {
  const folder = mkdtempSync(join(tmpdir(), 'irq-path-spin-'));
  try {
    const inFolder = { cwd: folder, encoding: 'utf8' } as const;
    execFileSync('spin', ['-a', '-o3', `-DN=${String(size)}`, join(MODELS, `${model}.pml`)], inFolder);
    execFileSync('gcc', ['-O2', '-w', '-DSAFETY', '-DNOREDUCE', '-o', 'pan', 'pan.c'], inFolder);
    return Array.from({ length: runs }, () => {
      // -E: a deadlock does not end the search; -n: no list of unreached statements; -w: table of 2^22 entries.
      const search = `./pan -E -n -w22 -m${String(MAX_DEPTH)}`;
      // The shell's own `time`, on standard error: SPIN states the time on the wall only.
      const timed = ['-c', `TIMEFORMAT='processor %U %S'; { time ${search}; } 2>&1`];
      const output = execFileSync('bash', timed, inFolder);
      const states = /^\s*(\d+) states, stored/m.exec(output)?.[1];
      const [, user, system] = /^processor ([\d.]+) ([\d.]+)$/m.exec(output) ?? [];
      if (states === undefined || output.includes('max search depth too small')) throw new Error(output);
      return { states: Number(states), searchNs: (Number(user) + Number(system)) * 1e9 };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
