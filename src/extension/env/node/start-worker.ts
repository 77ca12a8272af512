import { Worker } from 'node:worker_threads';
import type { FromWorker, WorkerPort, WorkerTask } from '../../worker/messages.ts';

/** Starts a worker thread that runs a script, which is told what for. */
export function startWorker<Order, Progress, Value>(
  script: string,
  task: WorkerTask,
): WorkerPort<Order, Progress, Value> {
  const worker = new Worker(script, { workerData: task });
  let isTerminated = false as boolean;
  return {
    post: (message) => {
      worker.postMessage(message);
    },
    onMessage: (listener) => {
      worker.on('message', (message: FromWorker<Progress, Value>) => {
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
