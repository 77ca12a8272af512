import { describe } from 'vitest';
import type { HostFacts } from '../../../src/facts/facts.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { StepsOfPath, Witness } from '../../support/every-step-matters.ts';

const PL011 = { arch: 'arm', device: 'pl011' };
const HOST: Partial<HostFacts> = { cpus: 3 };

/** Characters one at a time, and faster than they are read. */
const TYPED: readonly Witness[] = ['idle', 'busy'].flatMap((guest) => [
  { settings: { ...PL011, guest }, host: HOST },
  ...[1, 5, 20, 60].flatMap((periodUs) =>
    [1, 4].flatMap((characters) => [
      { settings: { ...PL011, guest, periodUs, characters }, host: HOST },
      { settings: { ...PL011, guest, periodUs, characters }, host: HOST, costs: { vmEntry: 8000 } },
    ]),
  ),
]);

const WRITTEN: readonly Witness[] = ['idle', 'busy'].flatMap((guest) =>
  [1, 3].map((characters) => ({ settings: { ...PL011, guest, characters }, host: HOST })),
);

/** An NVMe controller on x86 whose line goes down behind an eventfd. */
const NVME: readonly Witness[] = ['idle', 'busy'].flatMap((guest) =>
  [3, 9, 30].flatMap((periodUs) => {
    const settings = { device: 'nvme', kick: 'ioeventfd', guest, periodUs, queueDepth: 2, serviceUs: 2 };
    return [
      { settings, host: HOST },
      { settings, host: HOST, bugs: { all: false } },
      { settings, host: HOST, bugs: { all: false, 'line-lowered-late': true } },
    ];
  }),
);

const PATHS: readonly StepsOfPath[] = [
  {
    path: 'emulated/line',
    builtOn: 'emulated/doorbell-ioeventfd',
    witnesses: NVME,
    seenInStateOnly: ['vcpu-locks-bql', 'cq-notifier-updates-eventidx'],
    // The other doorbell is an eventfd at any rate.
    neverTaken: ['doorbell-processed', 'schedule-sq-bh', 'notify-for-sq-bh'],
    alwaysOneWay: [],
  },
  {
    path: 'emulated/line',
    builtOn: 'emulated/line',
    builtWith: { arch: 'arm', device: 'ich9-ahci' },
    witnesses: TYPED,
    seenInStateOnly: ['read-ris-resumes', 'write-icr-resumes'],
    neverTaken: [],
    alwaysOneWay: ['terminal-handled'],
  },
  {
    path: 'emulated/doorbell-sync',
    builtOn: 'emulated/doorbell-sync',
    builtWith: { arch: 'arm', device: 'ich9-ahci' },
    witnesses: WRITTEN,
    seenInStateOnly: ['transmit-character', 'read-fr-resumes', 'disable-txim-resumes'],
    neverTaken: [],
    alwaysOneWay: [],
  },
];

/** What other devices on Arm have as well, their witnesses see to. */
describe.each(PATHS)('every step of $path $witnesses.0.settings matters', (steps) => {
  everyStepMatters(steps);
});
