import { Worker } from 'node:worker_threads';
import type { FromWorker, WorkerPort } from '../../worker/messages.ts';

/** Starts a worker thread that runs a script. */
export function startWorker(script: string): WorkerPort {
  const worker = new Worker(script);
  let isTerminated = false as boolean;
  return {
    post: (message) => {
      worker.postMessage(message);
    },
    onMessage: (listener) => {
      worker.on('message', (message: FromWorker) => {
        listener(message);
      });
    },
    onEnd: (listener) => {
      worker.on('error', (error) => {
        listener(error instanceof Error ? error.message : String(error));
      });
      worker.on('exit', (status) => {
        if (!isTerminated) listener(`exit status ${String(status)}`);
      });
    },
    terminate: () => {
      isTerminated = true;
      void worker.terminate();
    },
  };
}
