import { setImmediate } from 'node:timers/promises';
import type { Exploration } from '../analysis/exploration.ts';
import { explorePath, type ExplorationRequest } from '../analysis/explore-path.ts';
import type { Result } from '../base/result.ts';
import type { ExploreProgress } from '../engine/explore.ts';
import type { CliIo } from './io.ts';

/**
 * Explores a path to its end, or to the user's Ctrl-C: then the result holds what was known at that moment, with
 * `complete: false`. The error is a sentence about the request.
 */
export async function runExploration(request: ExplorationRequest, io: CliIo): Promise<Result<Exploration>> {
  const signal = io.interruption();
  const search = explorePath({ ...request, stop: () => signal.aborted });
  for (;;) {
    const next = search.next();
    if (next.done === true) {
      io.progress('');
      return next.value;
    }
    io.progress(progressText(next.value));
    // Signals are delivered only between two turns of the event loop.
    await setImmediate();
  }
}

function progressText({ states, transitions, frontier }: ExploreProgress): string {
  const doing = frontier === 0 ? 'checking properties' : `${frontier} still to look at`;
  return `${states} states, ${transitions} transitions, ${doing}`;
}
