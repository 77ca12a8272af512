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
