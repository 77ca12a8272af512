// SPIN, for comparing: Debian's `spin` and `gcc`. Nothing here is needed to build or run the project.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MODELS = join(import.meta.dirname, '../../fixtures/promela');

/** Of SPIN's stack, in steps. It is paid for when the search starts, so it is no larger than it has to be. */
const MAX_DEPTH = 150_000;

/** A model in test/fixtures/promela/ and what is defined for it. */
export interface PromelaModel {
  readonly name: string;
  /** As for the C preprocessor, e.g. `N=3`. */
  readonly defines: readonly string[];
}

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

/** Compiles a verifier with these options of gcc and returns how to run it: a command and what it printed. */
export type CompileVerifier = (...options: string[]) => (command: (verifier: string) => string) => string;

/**
 * Makes verifiers of a model and removes them when `use` has returned. No partial-order reduction, no merging of
 * statements. The models start their processes as `active`: with an `init` that runs them, SPIN would count its states
 * too. Throws if a program fails, and if a search did not reach everything.
 */
export function withVerifiers<T>(model: PromelaModel, use: (compile: CompileVerifier) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'irq-path-spin-'));
  const inFolder = { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  try {
    const defines = model.defines.map((define) => `-D${define}`);
    execFileSync('spin', ['-a', '-o3', ...defines, join(MODELS, `${model.name}.pml`)], inFolder);
    return use((...options) => {
      const verifier = `pan${options.join('')}`;
      execFileSync('gcc', ['-w', '-DNOREDUCE', ...options, '-o', verifier, 'pan.c'], inFolder);
      return (command) => {
        // -n: no list of unreached statements; -w: table of 2^22 entries.
        const search = command(`./${verifier} -n -w22 -m${String(MAX_DEPTH)}`);
        const output = execFileSync('bash', ['-c', search], inFolder);
        if (!output.includes(' states, stored') || output.includes('max search depth too small')) {
          throw new Error(output);
        }
        return output;
      };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Searches all states of a model, `runs` times, depth first, going on behind deadlocks and failed assertions. */
export function searchWithSpin(model: PromelaModel, runs = 1): SpinResult[] {
  return withVerifiers(model, (compile) => {
    const search = compile('-O2', '-DSAFETY', '-DNOCLAIM');
    return Array.from({ length: runs }, () => {
      // The shell's own `time`, on standard error: SPIN states the time on the wall only.
      const output = search((verifier) => `TIMEFORMAT='processor %U %S'; { time ${verifier} -E -A; } 2>&1`);
      const states = /^\s*(\d+) states, stored/m.exec(output)?.[1];
      const [, user, system] = /^processor ([\d.]+) ([\d.]+)$/m.exec(output) ?? [];
      return { states: Number(states), searchNs: (Number(user) + Number(system)) * 1e9 };
    });
  });
}
