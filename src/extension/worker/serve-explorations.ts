import { explorePath } from '../../analysis/explore-path.ts';
import { explorationWithNames } from '../../analysis/names-in-release.ts';
import { fail, ok } from '../../base/result.ts';
import type { Exploration } from '../../analysis/exploration.ts';
import type {
  ExplorationOrder,
  ExplorationStand,
  ExplorationStart,
  FromWorker,
  ToWorker,
} from './messages.ts';

/** Time between two reports of progress: the eye follows no faster. */
const REPORT_MS = 100;

type Post = (message: FromWorker<ExplorationStand, Exploration>) => void;

/** A job that is not done yet. */
interface OpenJob {
  pauseAtStates: number;
  isStopped: boolean;
  /** Ends a pause; does nothing while there is none. */
  wake: () => void;
}

/**
 * Explores for whoever sends the messages that it returns a function for, one job after the other. `nextTurn` lets
 * messages come in: it is awaited every few milliseconds.
 */
export function serveExplorations(
  post: Post,
  nextTurn: () => Promise<void>,
): (message: ToWorker<ExplorationStart>) => void {
  const open = new Map<number, OpenJob>();
  let queue = Promise.resolve();
  return (message) => {
    if (message.kind === 'begin') {
      const { request, pauseAtStates } = message.order;
      const job: OpenJob = {
        pauseAtStates,
        isStopped: false,
        wake: () => undefined,
      };
      open.set(message.job, job);
      queue = queue.then(async () => {
        await explore(message.job, request, job, post, nextTurn);
        open.delete(message.job);
      });
      return;
    }
    const job = open.get(message.job);
    if (!job) return;
    if (message.kind === 'goOn') job.pauseAtStates = message.pauseAtStates;
    else job.isStopped = true;
    job.wake();
  };
}

async function explore(
  job: number,
  request: ExplorationOrder,
  state: OpenJob,
  post: Post,
  nextTurn: () => Promise<void>,
): Promise<void> {
  try {
    const search = explorePath({ ...request, stop: () => state.isStopped });
    let reported = performance.now();
    for (let next = search.next(); ; next = search.next()) {
      if (next.done === true) {
        const found = next.value;
        post({ kind: 'done', job, result: found.ok ? ok(explorationWithNames(found.value)) : found });
        return;
      }
      const { states, frontier } = next.value;
      const isPaused = states >= state.pauseAtStates && frontier > 0 && !state.isStopped;
      // Whoever is told of the pause may end it at once.
      const pause = isPaused ? new Promise<void>((resolve) => (state.wake = resolve)) : nextTurn();
      const now = performance.now();
      if (isPaused || now - reported >= REPORT_MS) {
        reported = now;
        post({ kind: 'progress', job, progress: { ...next.value, isPaused } });
      }
      await pause;
    }
  } catch (error) {
    // A model that throws, or no memory left: whoever asked must hear of it.
    const words = error instanceof Error ? error.message : String(error);
    post({ kind: 'done', job, result: fail(`the exploration failed: ${words}`) });
  }
}
