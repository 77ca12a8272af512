import { describe } from 'vitest';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { StepsOfPath, Witness } from '../../support/every-step-matters.ts';

const HOSTS: readonly Partial<HostFacts>[] = [{ cpus: 3 }, { vendor: 'amd', cpus: 3 }];

/** Requests one at a time and several at once, on disks and guests of all speeds, so that both sides meet everywhere. */
function nvmeRequests(settings: PathSettings): readonly Witness[] {
  const several = { ...settings, queueDepth: 3, serviceUs: 2 };
  const slow = (parameter: string): readonly Witness[] =>
    [2000, 8000].flatMap((ns) =>
      [1, 3, 5, 7].flatMap((periodUs) =>
        [2, 15].map((serviceUs) => ({
          settings: { ...several, serviceUs, periodUs, guest: 'busy' },
          costs: { [parameter]: ns },
        })),
      ),
    );
  const all: readonly Witness[] = [
    { settings },
    { settings: { ...settings, guest: 'busy', pvEoi: 'off' } },
    ...[1, 2, 3, 5, 9].flatMap((periodUs) =>
      ['idle', 'busy'].map((guest) => ({ settings: { ...several, guest, periodUs } })),
    ),
    ...['virtqueueKick', 'virtqueueGet', 'virtqueuePop', 'threadPool', 'virtqueueAdd', 'deviceModel'].flatMap(
      slow,
    ),
    ...['guestApicAccess', 'vmEntry', 'virtqueuePush'].flatMap(slow),
  ];
  return HOSTS.flatMap((host) => all.map((witness) => ({ ...witness, host })));
}

/** Writes of several lengths to a console. */
const WRITES: readonly Witness[] = HOSTS.flatMap((host) =>
  [1, 2, 16].flatMap((characters) =>
    ['idle', 'busy'].map((guest) => ({
      settings: { characters, guest, pvEoi: guest === 'idle' ? 'on' : 'off' },
      host,
    })),
  ),
);

const PATHS: readonly StepsOfPath[] = [
  {
    path: 'emulated/line',
    witnesses: WRITES,
    seenInStateOnly: [
      'complete-mmio',
      'port-io',
      ...['read-lsr', 'read-msr', 'disable-thri', 'read-iir-again', 'enable-thri'].map(
        (label) => `${label}-resumes`,
      ),
    ],
    // All happens in the vCPU thread: nobody wakes it or kicks it out of the guest.
    neverTaken: ['wake-vcpu', 'send-ipi'],
    alwaysOneWay: [],
  },
  {
    path: 'emulated/doorbell-sync',
    witnesses: [...nvmeRequests({}), ...nvmeRequests({ shadowDoorbells: 'off' })],
    seenInStateOnly: [
      // The main loop finds its bottom half on nearly every round, and keeps notify_me through those.
      'check-bottom-halves',
      'complete-mmio',
      'emulate-mmio',
      'ring-cq-doorbell-resumes',
      'ring-sq-doorbell-resumes',
    ],
    neverTaken: [],
    alwaysOneWay: ['aio-notifier-handled'],
  },
  {
    path: 'emulated/doorbell-ioeventfd',
    witnesses: nvmeRequests({}),
    seenInStateOnly: ['lock-bql', 'ring-cq-doorbell-resumes', 'ring-sq-doorbell-resumes'],
    neverTaken: [],
    alwaysOneWay: ['cq-notifier-handled', 'emulate-mmio'],
    changesNothing: ['complete-mmio'],
  },
];

/** The other paths of messages are the same machine. */
describe.each(PATHS)('every step of $path matters', (steps) => {
  everyStepMatters(steps);
});
