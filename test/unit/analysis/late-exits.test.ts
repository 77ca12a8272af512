import { describe, expect, it } from 'vitest';
import { lateExits } from '../../../src/analysis/late-exits.ts';
import { simulate } from '../../../src/analysis/simulate.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const run = (path: string) => unwrap(simulate({ path, facts: TEST_FACTS, interrupts: 40 }));

describe('exits that come when the path is ready again', () => {
  it('are those of the accesses with which an e1000 driver ends, where they go to QEMU', () => {
    expect(lateExits(run('vfio-pci/intx-userspace'))).toBeCloseTo(1, 1);
  });

  it.each(['vfio-pci/intx-irqfd', 'vfio-platform/userspace', 'virtio/notify-ioeventfd'])(
    'are none on %s, whose cycles have them all',
    (path) => {
      expect(lateExits(run(path))).toBe(0);
    },
  );
});
