import { describe } from 'vitest';
import { everyStepMatters } from '../../support/every-step-matters.ts';

const IOEVENTFD = 'virtio/notify-ioeventfd';

describe('every step that two queues have beyond one matters', () => {
  everyStepMatters({
    path: IOEVENTFD,
    builtOn: IOEVENTFD,
    witnesses: [{}, { queueDepth: 2, periodUs: 3, serviceUs: 1 }].map((settings) => ({
      settings: { queues: '2', guest: 'busy', ...settings },
      host: { cpus: 4 },
    })),
    seenInStateOnly: [],
    neverTaken: [],
    alwaysOneWay: [],
  });
});
