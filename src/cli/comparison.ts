import { WITHOUT_JITTER } from '../analysis/cost-text.ts';
import { deltaBetween, type Delta } from '../analysis/delta.ts';
import { measure, type SimulationRequest } from '../analysis/simulate.ts';
import type { Measurement } from '../analysis/simulation.ts';
import { ok, type Result } from '../base/result.ts';
import { findPath } from '../paths/all-paths.ts';
import type { PathSettings } from '../paths/path.ts';
import type { RunArguments } from './run-arguments.ts';

/** A run of one of several paths, without its steps: an element of the JSON of `irqpath compare`. */
export interface ComparedRun extends Measurement {
  /** What this path costs more than the first one, per interrupt; negative where it costs less. */
  readonly delta: Delta;
}

/**
 * Runs each path with the same seed, profile and workload, and without jitter unless it is asked for. A setting or a bug that only some of the paths have is
 * given to those. The error is a sentence about the request.
 */
export function compareRuns(
  paths: readonly string[],
  { facts, settings, bugs, options }: RunArguments,
  settingsFor: (path: string) => PathSettings,
): Result<readonly ComparedRun[]> {
  const runs: ComparedRun[] = [];
  for (const path of paths) {
    const others = paths.filter((other) => other !== path);
    const request: SimulationRequest = {
      path,
      facts,
      settings: {
        ...WITHOUT_JITTER,
        ...settingsFor(path),
        ...withoutForeign(settings, settingNames(path), others.flatMap(settingNames)),
      },
      bugs: withoutForeign(bugs, bugNames(path), others.flatMap(bugNames)),
      ...options,
    };
    const measured = measure(request);
    if (!measured.ok) return measured;
    const delta = deltaBetween(runs[0] ?? measured.value, measured.value);
    runs.push({ ...measured.value, delta });
  }
  return ok(runs);
}

function settingNames(path: string): string[] {
  return findPath(path)?.settings.map(({ name }) => name) ?? [];
}

function bugNames(path: string): string[] {
  return findPath(path)?.info.bugs.map(({ name }) => name) ?? [];
}

/** What is given, but for the names that only others know. Names that nobody knows stay, to be complained about. */
function withoutForeign<T>(
  given: Readonly<Record<string, T>>,
  own: readonly string[],
  foreign: readonly string[],
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(given).filter(([name]) => own.includes(name) || !foreign.includes(name)),
  );
}
