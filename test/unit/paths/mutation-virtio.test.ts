import { describe } from 'vitest';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { StepsOfPath, Witness } from '../../support/every-step-matters.ts';
import { requests } from '../../support/virtio-witnesses.ts';

/** Steps whose effect only those can see who look at the state: who else wants the lock, or reads the register? */
const ACCESS = ['complete-mmio', 'emulate-mmio', 'port-io', 'notify-resumes'];
const IRQFD = ['write-guest-notifier', 'irqfd-wakeup'];

/** Requests that come when the IOThread has just stopped polling. */
const WHEN_POLLING_ENDS: readonly Witness[] = [9, 10, 11].map((periodUs) => ({
  settings: { pollMaxNs: 10_000, periodUs, serviceUs: 1, guest: 'busy' },
  costs: { virtqueueKick: 3000 },
  host: { cpus: 4 },
}));

const PATHS: readonly StepsOfPath[] = [
  {
    path: 'virtio/notify-sync',
    witnesses: requests({}),
    seenInStateOnly: [...ACCESS, 'disable-notification'],
    neverTaken: [],
    alwaysOneWay: ['aio-notifier-handled', 'look-again-at-queue'],
  },
  {
    path: 'virtio/notify-ioeventfd',
    witnesses: requests({}),
    seenInStateOnly: ['lock-bql', 'notify-resumes', ...IRQFD],
    neverTaken: [],
    alwaysOneWay: ['aio-notifier-handled', 'emulate-mmio', 'port-io'],
    changesNothing: ['complete-mmio'],
  },
  {
    path: 'virtio/notify-iothread',
    witnesses: [...[0, 5000, 32_768].flatMap((pollMaxNs) => requests({ pollMaxNs })), ...WHEN_POLLING_ENDS],
    seenInStateOnly: ['notify-resumes', ...IRQFD],
    neverTaken: [],
    alwaysOneWay: ['emulate-mmio', 'port-io'],
    changesNothing: ['complete-mmio', 'round-done'],
  },
  {
    path: 'virtio/call-intx',
    witnesses: ['sync', 'ioeventfd', 'iothread'].flatMap((kick) => requests({ kick })),
    seenInStateOnly: [
      'complete-mmio',
      'notify-resumes',
      'set-isr',
      'main-loop-locks-bql',
      'dispatch-handler',
    ],
    neverTaken: ['not-our-interrupt'],
    alwaysOneWay: ['guest-notifier-handled', 'test-isr', 'poll-once-more'],
    changesNothing: ['round-done'],
  },
];

/** The other paths of messages are the same machine. */
describe.each(PATHS)('every step of $path matters', (steps) => {
  everyStepMatters(steps);
});
