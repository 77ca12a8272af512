import { describe, expect, it } from 'vitest';
import { simulate } from '../../../src/analysis/simulate.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

describe("the flags of the guest's processor, as a launch file gives them", () => {
  it.each(['vfio-pci/intx-irqfd', 'vfio-pci/intx-split', 'vfio-pci/intx-userspace', 'vfio-pci/msi-irqfd'])(
    'win over what is assumed of the guest: %s',
    (path) => {
      const exits = (x2apic: string) =>
        Object.keys(unwrap(simulate({ path, facts: TEST_FACTS, settings: { x2apic } })).summary.exitReasons);
      const byMsr = (name: string): boolean => name.startsWith('MSR_');
      expect(TEST_FACTS.guest.x2apic).toBe('on');
      expect(exits('as assumed')).toEqual(exits('on'));
      expect(exits('off').filter(byMsr)).toEqual([]);
    },
  );

  it('end an interrupt of split with remapping without an exit where the flag is on', () => {
    const exits = (pvEoi: string) =>
      unwrap(
        simulate({
          path: 'vfio-pci/intx-split',
          facts: TEST_FACTS,
          settings: { intremap: 'on', pvEoi },
        }),
      ).summary.exitsPerInterrupt;
    expect(exits('on')).toBeLessThan(exits('off'));
  });
});
