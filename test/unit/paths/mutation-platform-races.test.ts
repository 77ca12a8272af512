import { describe } from 'vitest';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import { IRQFD } from '../../support/runs.ts';

describe('every step of writes that are posted matters', () => {
  everyStepMatters({
    path: IRQFD,
    builtOn: IRQFD,
    witnesses: [{ all: true }, { all: false }].map((bugs) => ({ settings: { postedWrites: 'on' }, bugs })),
    seenInStateOnly: [],
    neverTaken: [],
    alwaysOneWay: [],
  });
});
