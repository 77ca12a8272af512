import { describe, expect, it } from 'vitest';
import { resolveLeg } from './resolve.ts';

const Q35 = 'qemu-system-x86_64 -M q35,accel=kvm';
const VIRT = 'qemu-system-aarch64 -M virt,accel=kvm';
const POSTED = {
  path: 'vfio-pci/posted',
  when: 'devices post interrupts on this host (facts posting=on, apicv=on)',
};

const cases = (machine: string, host?: string) =>
  resolveLeg(`${machine} -device vfio-pci,host=01:00.0`, host).alternatives;

describe('a host of which no file says whether its devices post interrupts', () => {
  it.each([Q35, `${Q35},kernel-irqchip=split`])('may post them with %s', (machine) => {
    expect(cases(machine)).toContainEqual(POSTED);
  });

  it('cannot where the local APIC is in QEMU, nor to a GICv2', () => {
    expect(cases(`${Q35},kernel-irqchip=off`, 'qemu=7.2')).not.toContainEqual(POSTED);
    expect(cases(VIRT)).not.toContainEqual(POSTED);
  });

  it('has no such case once it is known to', () => {
    const paths = cases(Q35, 'posting=on,apicv=on').map(({ path }) => path);
    expect(paths).toEqual(['vfio-pci/intx-irqfd']);
  });
});
