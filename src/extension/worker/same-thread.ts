import type { ExplorerPort } from './messages.ts';
import { serveExplorations } from './serve-explorations.ts';

/** A worker that is none: it explores in the thread that asks, which it lets breathe with `nextTurn`. */
export function startInSameThread(nextTurn: () => Promise<void>): ExplorerPort {
  let isTerminated = false as boolean;
  let listen: Parameters<ExplorerPort['onMessage']>[0] = () => undefined;
  const receive = serveExplorations((message) => {
    if (!isTerminated) listen(message);
  }, nextTurn);
  const jobs = new Set<number>();
  return {
    post: (message) => {
      jobs.add(message.job);
      receive(message);
    },
    onMessage: (listener) => {
      listen = listener;
    },
    onEnd: () => undefined,
    terminate: () => {
      isTerminated = true;
      for (const job of jobs) receive({ kind: 'stop', job });
    },
  };
}
