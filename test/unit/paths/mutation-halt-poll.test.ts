import { describe } from 'vitest';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import { MSI_IRQFD } from '../../support/runs.ts';

describe('every step of halt polling matters', () => {
  everyStepMatters({
    path: MSI_IRQFD,
    builtOn: MSI_IRQFD,
    witnesses: [20, 40].map((haltPollUs) => ({ settings: { haltPollUs, periodUs: 30 } })),
    seenInStateOnly: [],
    neverTaken: [],
    alwaysOneWay: [],
  });
});
