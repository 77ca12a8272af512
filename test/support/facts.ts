import type { Facts } from '../../src/facts/facts.ts';

/** Facts that tests spell out themselves, so that a change of the defaults does not move them. */
export const TEST_FACTS: Facts = {
  host: {
    qemu: '10.1',
    kernel: '6.12',
    cpus: 2,
    irqCpu: 0,
    vcpuCpu: 0,
    gicEoiMode: 1,
    gic: '2+3',
    vendor: 'intel',
    apicv: 'off',
    posting: 'off',
  },
  guest: { kernel: '6.12', msi: 'on', x2apic: 'on', pvEoi: 'on' },
};

/** Those, with what the host must have for a path to exist on it. */
export function factsFor(path: string): Facts {
  if (path !== 'vfio-pci/posted') return TEST_FACTS;
  return { ...TEST_FACTS, host: { ...TEST_FACTS.host, apicv: 'on', posting: 'on' } };
}
