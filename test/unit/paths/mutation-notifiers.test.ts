import { describe } from 'vitest';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { Witness } from '../../support/every-step-matters.ts';

const IOEVENTFD = 'virtio/notify-ioeventfd';
const IOTHREAD = 'virtio/notify-iothread';
const HOST = { cpus: 4, vendor: 'amd' } as const;

/** Changes at many moments of a request. */
function changes(settings: readonly Witness['settings'][]): Witness[] {
  return settings.flatMap((given) =>
    [1, 8, 60, 100, 103, 106, 115, 400].flatMap((notifierUs) =>
      [{ all: false }, { all: true }].map((bugs) => ({
        settings: { notifierUs, guest: 'busy', periodUs: 100, serviceUs: 5, ...given },
        host: HOST,
        bugs,
      })),
    ),
  );
}

const POLLING = { pollMaxNs: 1_000_000, periodUs: 30 };

describe('every step of notifiers that come and go matters: main loop', () => {
  everyStepMatters({
    path: IOEVENTFD,
    builtOn: IOEVENTFD,
    witnesses: [
      ...changes([
        { notifiers: 'status' },
        { notifiers: 'early-kick' },
        { notifiers: 'vm-stop' },
        { notifiers: 'vm-stop', serviceUs: 200 },
        { notifiers: 'vm-stop', guest: 'idle' },
        { notifiers: 'migration' },
        { notifiers: 'migration', destinationIoeventfd: 'off' },
        { notifiers: 'block-drain' },
        { notifiers: 'block-drain', serviceUs: 200 },
      ]),
    ],
    // Count and kick stand in for each other, and nobody else looks while the main loop has the VM or the disk stopped.
    seenInStateOnly: ['init-host-notifier', 'kick-at-start', 'vcpus-paused', 'begin-drain'],
    neverTaken: [],
    alwaysOneWay: ['monitor-handled', 'return-for-signal'],
  });
});

describe('every step of notifiers that come and go matters: IOThread', () => {
  everyStepMatters({
    path: IOTHREAD,
    builtOn: IOTHREAD,
    witnesses: [
      ...changes([
        { notifiers: 'status' },
        { notifiers: 'status', ...POLLING },
        { notifiers: 'early-kick', pollMaxNs: 0 },
        { notifiers: 'vm-stop', pollMaxNs: 0 },
        { notifiers: 'vm-stop', serviceUs: 200, pollMaxNs: 0 },
        { notifiers: 'migration' },
        { notifiers: 'block-drain', ...POLLING, eventIdx: 'off' },
        { notifiers: 'block-drain', serviceUs: 200 },
      ]),
    ],
    seenInStateOnly: [
      'init-host-notifier',
      'kick-at-start',
      'vcpus-paused',
      'enter-queue-handler',
      'dispatch-handler',
    ],
    neverTaken: [],
    alwaysOneWay: ['stop-data-plane', 'return-for-signal'],
  });
});
