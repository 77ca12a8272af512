import { setImmediate } from 'node:timers/promises';
import type { Exploration } from '../analysis/exploration.ts';
import { explorePath, type ExplorationRequest } from '../analysis/explore-path.ts';
import type { Result } from '../base/result.ts';
import { finish, type ExploreProgress } from '../engine/explore.ts';
import type { CliIo } from './io.ts';

/**
 * Explores a path to its end, or to the user's Ctrl-C: then the result holds what was known at that moment, with
 * `complete: false`. The error is a sentence about the request.
 */
export async function runExploration(request: ExplorationRequest, io: CliIo): Promise<Result<Exploration>> {
  const search = await searchUntil(request, io, io.interruption());
  if (search.kind === 'finished') {
    io.progress('');
    return search.result;
  }
  // The search keeps what it knows to itself until its end, but it is the same each time.
  const { states } = search;
  io.progress(`stopping: collecting what is known of ${states} states`);
  const known = finish(explorePath({ ...request, maxStates: states - 1 }));
  io.progress('');
  return known;
}

type Search =
  | { readonly kind: 'finished'; readonly result: Result<Exploration> }
  | { readonly kind: 'stopped'; readonly states: number };

/** A function of its own, so that a search that is given up gives its memory back. */
async function searchUntil(request: ExplorationRequest, io: CliIo, stop: AbortSignal): Promise<Search> {
  const search = explorePath(request);
  for (;;) {
    const next = search.next();
    if (next.done === true) return { kind: 'finished', result: next.value };
    io.progress(progressText(next.value));
    // Signals are delivered only between two turns of the event loop.
    await setImmediate();
    if (stop.aborted) return { kind: 'stopped', states: next.value.states };
  }
}

function progressText({ states, transitions, frontier }: ExploreProgress): string {
  const doing = frontier === 0 ? 'checking properties' : `${frontier} still to look at`;
  return `${states} states, ${transitions} transitions, ${doing}`;
}
