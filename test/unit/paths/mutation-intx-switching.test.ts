import { describe } from 'vitest';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { Witness } from '../../support/every-step-matters.ts';
import { INTX_IRQFD } from '../../support/runs.ts';

/** A guest that sets and clears INTX_DISABLE in quick succession. */
const GUEST_MASKS: readonly Witness[] = [1, 2, 3, 5, 9].flatMap((changeUs) =>
  ['on', 'off'].map((mmap) => ({
    settings: {
      guestDisablesIntx: 'on',
      changeUs,
      mmap,
      guest: 'busy',
      periodUs: 40,
      napi: 'off',
      accesses: 2,
    },
    host: { cpus: 3, irqCpu: 2 },
    bugs: { all: false },
  })),
);

/** Changes at one moment of an interrupt after another, and of an idle device. */
function changes(settings: readonly Witness['settings'][]): Witness[] {
  return settings.flatMap((given) =>
    [0, 20, 40, 60, 80, 95, 120, 500].flatMap((changeUs) =>
      [{ all: false }, { all: true }].map((bugs) => ({
        settings: { changeUs, guest: 'busy', periodUs: 100, napi: 'off', mmapTimeoutMs: 1, ...given },
        host: { cpus: 3, irqCpu: 2 },
        bugs,
      })),
    ),
  );
}

describe('every step of a change between QEMU and irqfd matters', () => {
  everyStepMatters({
    path: INTX_IRQFD,
    builtOn: INTX_IRQFD,
    witnesses: [
      ...changes([
        { switching: 'enable' },
        { switching: 'disable' },
        { switching: 'both' },
        { switching: 'both', mmap: 'off', accesses: 4 },
        { rerouting: 'on' },
      ]),
      ...GUEST_MASKS,
      // The timer maps the BARs again before the next interrupt, or finds the last one still pending.
      { settings: { switching: 'disable', changeUs: 0, mmapTimeoutMs: 1, periodUs: 50_000 } },
      {
        settings: { switching: 'disable', changeUs: 0, mmapTimeoutMs: 1, periodUs: 50_000 },
        costs: { haltWake: 3_000_000 },
      },
    ],
    // Of an irqfd's being there only those are told who use it after its end, and nobody does.
    seenInStateOnly: ['assign-irqfd', 'close-unmask-eventfd', 'read-status-2-resumes'],
    neverTaken: ['route-settled'],
    alwaysOneWay: [],
  });
});
