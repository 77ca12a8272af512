import { describe } from 'vitest';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { StepsOfPath, Witness } from '../../support/every-step-matters.ts';

/** Requests one at a time and several at once, of guests that halt and that do not. */
function requests(settings: PathSettings, host: Partial<HostFacts>): readonly Witness[] {
  return ['idle', 'busy'].flatMap((guest) => [
    { settings: { ...settings, guest }, host: { cpus: 3, ...host } },
    ...[1, 3, 7].map((periodUs) => ({
      settings: { ...settings, guest, queueDepth: 3, serviceUs: 2, periodUs },
      host: { cpus: 3, ...host },
    })),
  ]);
}

const PATHS: readonly StepsOfPath[] = [
  {
    path: 'virtio/call-intx',
    builtOn: 'virtio/call-intx',
    witnesses: requests({ irqchip: 'split' }, {}),
    seenInStateOnly: [],
    neverTaken: [],
    alwaysOneWay: [],
  },
];

/** What is new with the IOAPIC in QEMU; what an x86 processor does by itself, the paths of vfio-pci see to. */
describe.each(PATHS)('every step of $path matters with the IOAPIC in QEMU', (steps) => {
  everyStepMatters(steps);
});
