import { describe } from 'vitest';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import { EOIFD, INTX_IRQFD } from '../../support/runs.ts';

describe('every step by which a line is assigned again matters', () => {
  everyStepMatters({
    path: EOIFD,
    builtOn: INTX_IRQFD,
    witnesses: [1, 2].flatMap((sourceIds) =>
      [true, false].map((forgets) => ({
        settings: { lifetime: 'reassign', lifetimeChangeUs: 130, gracePeriodUs: 5, periodUs: 100, sourceIds },
        host: { cpus: 3, irqCpu: 2 },
        costs: { threadWake: 0, contextSwitch: 0, syscall: 15_000 },
        bugs: { all: false, 'forgotten-close': forgets },
      })),
    ),
    // That the device is the guest's or not is seen by those alone who ask what it is owed.
    seenInStateOnly: ['signal-eoifd', 'mask-first', 'unmask-last'],
    neverTaken: ['refused', 'send-again'],
    alwaysOneWay: ['put-source-of-irqfd'],
    // The line is quiet when it is taken away; mutation-eoifd.test.ts has those that are not.
    changesNothing: [
      'mask-by-ioctl',
      'unhook-irqfd',
      'look-for-notifiers',
      'lower-unused-line',
      'unregister-notifier',
    ],
  });
});
