import { describe, expect, it } from 'vitest';
import { resolveLeg } from './resolve.ts';

const MSI = 'vfio-pci/msi-irqfd';
const INTX = 'vfio-pci/intx-irqfd';

const legWith = (parameters: string) =>
  resolveLeg(`qemu-system-x86_64 -M q35,accel=kvm -append "${parameters}" -device vfio-pci,host=01:00.0`);

describe('an assigned PCI device whose guest kernel gets parameters from -append', () => {
  it.each(['pci=nomsi', 'quiet pci=noaer,nomsi root=/dev/vda', '$EXTRA pci=nomsi'])(
    'uses its line with "%s", for certain',
    (parameters) => {
      const { path, alternatives, why } = legWith(parameters);
      expect(path).toBe(INTX);
      expect(alternatives).toEqual([]);
      expect(why).toContainEqual(
        expect.objectContaining({ option: 'append', value: 'pci=nomsi', isDefault: false }),
      );
    },
  );

  it.each(['pci=nomsix', 'root=/dev/pci=nomsi', '$EXTRA', ''])('may use messages with "%s"', (parameters) => {
    const { path, alternatives } = legWith(parameters);
    expect(path).toBe(MSI);
    expect(alternatives.map((alternative) => alternative.path)).toEqual([INTX, 'vfio-pci/posted']);
  });
});
