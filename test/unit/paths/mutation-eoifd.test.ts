import { describe } from 'vitest';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { Witness } from '../../support/every-step-matters.ts';
import { DEASSERT_ON_ACK, EOIFD, INTX_IRQFD } from '../../support/runs.ts';

/** A line that is taken away at one moment of its interrupt after another, and from an idle device. */
function endings(lifetimes: readonly string[], bugs: readonly Record<string, boolean>[]): Witness[] {
  return lifetimes.flatMap((lifetime) =>
    [20, 55, 60, 70, 75, 77, 78, 79, 80, 95, 500].flatMap((lifetimeChangeUs) =>
      bugs.map((given) => ({
        settings: { lifetime, lifetimeChangeUs, gracePeriodUs: 5, guest: 'busy', periodUs: 50, napi: 'off' },
        host: { cpus: 3, irqCpu: 2 },
        costs: { threadWake: 0, contextSwitch: 0, guestHandler: 15_000 },
        bugs: given,
      })),
    ),
  );
}

describe('every step of irqfd/eoifd matters', () => {
  everyStepMatters({
    path: EOIFD,
    builtOn: INTX_IRQFD,
    witnesses: endings(
      ['steady', 'close-irqfd', 'close-eoifd', 'deassign'],
      [{ all: false }, { all: true }, { all: false, 'lowered-last': true }],
    ),
    // That the device is not the guest's any more is seen by those alone who ask what it is owed.
    seenInStateOnly: ['signal-eoifd', 'mask-first'],
    neverTaken: ['settled', 'cleaned-up'],
    alwaysOneWay: [],
  });
});

describe('every step of irqfd/deassert-on-ack matters', () => {
  everyStepMatters({
    path: DEASSERT_ON_ACK,
    builtOn: INTX_IRQFD,
    witnesses: endings(
      ['steady', 'close-irqfd', 'close-deassert', 'deassign'],
      [{ all: false }, { all: true }],
    ),
    seenInStateOnly: ['mask-first'],
    neverTaken: ['settled', 'cleaned-up'],
    alwaysOneWay: [],
  });
});
