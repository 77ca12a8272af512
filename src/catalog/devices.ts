import type { DeviceDoc } from './device-doc.ts';
import { DEVICE_NAMES } from './device-names.ts';
import { EMULATED_DEVICES } from './emulated-devices.ts';
import { VFIO_PCI_DEVICES } from './vfio-pci-devices.ts';
import { VFIO_PLATFORM_DEVICES } from './vfio-platform-devices.ts';
import { VIRTIO_DEVICES } from './virtio-devices.ts';

/** Every documented device driver. */
export const DEVICES: readonly DeviceDoc[] = [
  ...VFIO_PCI_DEVICES,
  ...VFIO_PLATFORM_DEVICES,
  ...VIRTIO_DEVICES,
  ...EMULATED_DEVICES,
];

const NAMES: ReadonlySet<string> = new Set([...DEVICE_NAMES, ...DEVICES.map((device) => device.driver)]);

/** The documentation of a driver; undefined if there is none. */
export function findDevice(driver: string): DeviceDoc | undefined {
  return DEVICES.find((device) => device.driver === driver);
}

/** Whether QEMU is known to have, or to have had, a device driver of this name. */
export function isDeviceName(driver: string): boolean {
  // The names of CPU models are too many to list and end alike.
  return NAMES.has(driver) || driver.endsWith('-cpu');
}

/** The names that `isDeviceName` knows, CPU models left out. */
export function deviceNames(): Iterable<string> {
  return NAMES;
}
