import { fileURLToPath } from 'node:url';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { explorePath } from '../../../../src/analysis/explore-path.ts';
import { explorationWithNames } from '../../../../src/analysis/names-in-release.ts';
import { startWorker } from '../../../../src/extension/env/node/start-worker.ts';
import { Explorer } from '../../../../src/extension/worker/explorer.ts';
import type { Watch } from '../../../../src/extension/worker/explorer.ts';
import type { ExplorerPort } from '../../../../src/extension/worker/messages.ts';
import { startInSameThread } from '../../../../src/extension/worker/same-thread.ts';
import { finish } from '../../../../src/engine/explore.ts';
import { TEST_FACTS } from '../../../support/facts.ts';
import { unwrap } from '../../../support/unwrap.ts';

const SCRIPT = fileURLToPath(new URL('../../../../src/extension/env/node/worker.ts', import.meta.url));
const SMALL = { path: 'vfio-pci/msi-irqfd', facts: TEST_FACTS };
/** Small too, and QEMU 7.2 has other names for functions of its steps. */
const WITH_OLD_NAMES = { path: 'virtio/call-intx', bugs: { all: true } };
/** Takes seconds to its end. */
const LARGE = { path: 'vfio-pci/intx-userspace', facts: TEST_FACTS };
const NO_PAUSE: Watch = { pauseAtStates: Infinity, progress: () => undefined };

let explorer: Explorer | undefined;
afterEach(() => {
  explorer?.dispose();
  vi.useRealTimers();
});

function inThread(): Explorer {
  explorer = new Explorer(() => startInSameThread(() => setImmediate(undefined)));
  return explorer;
}

type Listener = Parameters<ExplorerPort['onMessage']>[0];

/** A worker that says only what the test says. */
function silentWorker() {
  const posted: Parameters<ExplorerPort['post']>[0][] = [];
  let listen: Listener = () => undefined;
  let end: (why: string) => void = () => undefined;
  const terminate = vi.fn();
  const port: ExplorerPort = {
    post: (message) => posted.push(message),
    onMessage: (listener) => (listen = listener),
    onEnd: (listener) => (end = listener),
    terminate,
  };
  const say: Listener = (message) => {
    listen(message);
  };
  const die = (why: string): void => {
    end(why);
  };
  return { port, posted, terminate, say, die };
}

describe('an exploration in a worker thread', () => {
  it('comes to the same result as one in this thread, under the names of the release, and can be stopped on its way', async () => {
    explorer = new Explorer(() => startWorker(SCRIPT, 'explore'));
    const host = { ...TEST_FACTS.host, qemu: '7.2' };
    const request = { ...WITH_OLD_NAMES, facts: { ...TEST_FACTS, host } };
    const found = unwrap(await explorer.explore(request, NO_PAUSE).result);
    const here = unwrap(finish(explorePath(request)));
    expect(found).toEqual(explorationWithNames(here));
    expect(found.violations).not.toEqual(here.violations);
    expect(found.complete).toBe(true);

    const job = explorer.explore(LARGE, {
      pauseAtStates: Infinity,
      progress: () => {
        job.stop();
      },
    });
    const stopped = unwrap(await job.result);
    expect(stopped.complete).toBe(false);
    expect(stopped.states).toBeGreaterThan(1_000);
  });

  it('is answered with the reason when its worker cannot run', async () => {
    explorer = new Explorer(() => startWorker('/there/is/no/such/worker.js', 'explore'));
    const result = await explorer.explore(SMALL, NO_PAUSE).result;
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining('worker') as string });
  });
});

describe('Explorer', () => {
  it('pauses at the number of states that was given, says so, and goes on from there', async () => {
    const pauses: number[] = [];
    const job = inThread().explore(SMALL, {
      pauseAtStates: 5_000,
      progress: ({ states, isPaused }) => {
        if (!isPaused) return;
        pauses.push(states);
        job.goOn(Infinity);
      },
    });
    expect(unwrap(await job.result).complete).toBe(true);
    expect(pauses).toHaveLength(1);
    expect(pauses[0]).toBeGreaterThanOrEqual(5_000);
  });

  it('ends a paused search that is stopped with what was found', async () => {
    const job = inThread().explore(SMALL, {
      pauseAtStates: 1,
      progress: () => {
        job.stop();
      },
    });
    const { complete, states } = unwrap(await job.result);
    expect(complete).toBe(false);
    expect(states).toBeGreaterThan(1);
  });

  it('answers a request that makes no sense with its error', async () => {
    const { result } = inThread().explore({ path: 'no/such', facts: TEST_FACTS }, NO_PAUSE);
    expect(await result).toMatchObject({ ok: false, error: expect.stringContaining('no/such') as string });
  });

  it('lets the newest win: the one before is answered at once and not reported any more', async () => {
    const progress = vi.fn();
    const one = inThread();
    const before = one.explore(LARGE, { pauseAtStates: Infinity, progress });
    const now = one.explore(SMALL, NO_PAUSE);
    expect(await before.result).toMatchObject({ ok: false });
    expect(unwrap(await now.result).path).toBe(SMALL.path);
    expect(progress).not.toHaveBeenCalled();
  });

  it('answers when the worker dies, and starts another for the next', async () => {
    const workers = [silentWorker(), silentWorker()];
    let started = 0;
    explorer = new Explorer(() => workers[started++]!.port);
    const { result } = explorer.explore(SMALL, NO_PAUSE);
    workers[0]!.die('out of memory');
    expect(await result).toMatchObject({
      ok: false,
      error: expect.stringContaining('out of memory') as string,
    });
    const next = explorer.explore(SMALL, NO_PAUSE);
    expect(workers[1]!.posted).toMatchObject([{ kind: 'begin', job: 2 }]);
    workers[1]!.say({ kind: 'done', job: 2, result: { ok: false, error: 'as it says' } });
    expect(await next.result).toMatchObject({ error: 'as it says' });
  });

  it('ends a worker that does not stop when told to, and one that has nothing to do', async () => {
    vi.useFakeTimers();
    const { port, terminate, say } = silentWorker();
    explorer = new Explorer(() => port, { idleMs: 1_000, stopMs: 100 });
    const deaf = explorer.explore(SMALL, NO_PAUSE);
    deaf.stop();
    vi.advanceTimersByTime(100);
    expect(await deaf.result).toMatchObject({ ok: false });
    expect(terminate).toHaveBeenCalledTimes(1);

    const good = explorer.explore(SMALL, NO_PAUSE);
    say({ kind: 'done', job: 2, result: { ok: false, error: 'nothing' } });
    await good.result;
    vi.advanceTimersByTime(999);
    expect(terminate).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(terminate).toHaveBeenCalledTimes(2);
  });

  it('answers who waits when it is disposed of', async () => {
    const { port, terminate } = silentWorker();
    explorer = new Explorer(() => port);
    const { result } = explorer.explore(SMALL, NO_PAUSE);
    explorer.dispose();
    expect(await result).toMatchObject({ ok: false });
    expect(terminate).toHaveBeenCalledOnce();
  });
});
