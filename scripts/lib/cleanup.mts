type Cleanup = () => Promise<void> | void;

const cleanups = new Set<Cleanup>();
let listening = false;

/**
 * Registers what must be undone before this process ends by Ctrl-C or a signal. Returns a function that does
 * it now, once, and forgets it: for the normal end.
 */
export function beforeExit(cleanup: Cleanup): () => Promise<void> {
  listen();
  cleanups.add(cleanup);
  return async () => {
    if (cleanups.delete(cleanup)) await cleanup();
  };
}

function listen() {
  if (listening) return;
  listening = true;
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => {
      void Promise.allSettled(
        [...cleanups].map(async (cleanup) => {
          await cleanup();
        }),
      ).then(() => process.exit(status));
    });
  }
}
