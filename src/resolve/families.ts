import { EMULATED_FAMILIES } from './emulated.ts';
import type { DeviceFamily } from './family.ts';
import { VFIO_PCI_FAMILY } from './vfio-pci.ts';
import { VFIO_PLATFORM_FAMILY } from './vfio-platform.ts';
import { VIRTIO_FAMILIES } from './virtio.ts';

/** Every family of devices whose interrupts are modelled. */
export const FAMILIES: readonly DeviceFamily[] = [
  VFIO_PCI_FAMILY,
  VFIO_PLATFORM_FAMILY,
  ...VIRTIO_FAMILIES,
  ...EMULATED_FAMILIES,
];

const BY_DRIVER = new Map(FAMILIES.flatMap((family) => family.drivers.map((driver) => [driver, family])));

/** The family of a driver; undefined if it is not modelled. */
export function familyOf(driver: string): DeviceFamily | undefined {
  return BY_DRIVER.get(driver);
}
