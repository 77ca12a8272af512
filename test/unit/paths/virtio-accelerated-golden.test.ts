import { describe, it } from 'vitest';
import { expectGolden, expectNarrow } from '../../support/golden-case.ts';
import type { GoldenCase } from '../../support/golden-case.ts';

const BUSY = { guest: 'busy' };

const CASES: readonly GoldenCase[] = [
  { path: 'virtio/call-irqfd', name: 'apicv', settings: BUSY, host: { apicv: 'on' } },
  { path: 'virtio/call-userspace', name: 'avic', settings: BUSY, host: { apicv: 'on', vendor: 'amd' } },
  { path: 'virtio/call-intx', name: 'apicv', settings: BUSY, host: { apicv: 'on' } },
  { path: 'virtio/call-intx', name: 'split', settings: { irqchip: 'split' } },
];

describe('golden runs of virtio with APICv, AVIC or the IOAPIC in QEMU', () => {
  it.each(CASES)('$path: $name', expectGolden);

  it('keep the text for mails inside 72 columns', () => {
    CASES.forEach(expectNarrow);
  });
});
