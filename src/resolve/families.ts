import type { DeviceFamily } from './family.ts';
import { VFIO_PCI_FAMILY } from './vfio-pci.ts';
import { VFIO_PLATFORM_FAMILY } from './vfio-platform.ts';

/** Every family of devices whose interrupts are modelled. */
export const FAMILIES: readonly DeviceFamily[] = [VFIO_PCI_FAMILY, VFIO_PLATFORM_FAMILY];

/** The family of a driver; undefined if it is not modelled. */
export function familyOf(driver: string): DeviceFamily | undefined {
  return FAMILIES.find((family) => family.drivers.includes(driver));
}
