import type { DeviceDescription } from '../config/launch-file.ts';
import { lastNamed } from './decision.ts';
import type { Machine } from './machine.ts';

/** Devices that hang on a controller and have no interrupt of their own, by the bus in QEMU. */
const ON_A_CONTROLLER: readonly RegExp[] = [
  /^ide-(?:hd|cd|cf)$/,
  /^scsi-(?:hd|cd|generic|block|disk)$/,
  /^usb-(?!(?:ehci|uhci|xhci)$)[a-z0-9-]+$/,
  /^(?:virtserialport|virtconsole|nvme-ns|floppy)$/,
  /^hda-(?:duplex|micro|output)$/,
  /^ccid-card-(?:passthru|emulated)$/,
];

/** Bridges: their own interrupts tell of hot-plug only. */
const BRIDGES: ReadonlySet<string> = new Set([
  ...['pcie-root-port', 'ioh3420', 'x3130-upstream', 'xio3130-downstream', 'i82801b11-bridge'],
  ...['pcie-pci-bridge', 'pci-bridge', 'pxb', 'pxb-pcie'],
]);

/** Those that may remap the messages of other devices. */
const IOMMUS: ReadonlySet<string> = new Set(['intel-iommu', 'amd-iommu']);

/** Why a device that has no path needs none; undefined if that is not known. */
export function withoutInterrupts(device: DeviceDescription, { vm }: Machine): string | undefined {
  const driver = device.driver.text;
  if (BRIDGES.has(driver)) {
    return `${driver} is a bridge: what is behind it has paths of its own; its hot-plug interrupt is not modelled`;
  }
  if (IOMMUS.has(driver)) {
    return `what ${driver} does to the interrupts of other devices is told with them; those that tell of its faults are not modelled`;
  }
  if (!ON_A_CONTROLLER.some((pattern) => pattern.test(driver))) return undefined;
  const bus = lastNamed(device.properties, ['bus'])?.value;
  const id = bus?.known === true ? bus.text.replace(/\.\d+$/, '') : undefined;
  const controller = id === undefined ? undefined : vm.devices.find((other) => other.id?.text === id);
  const whose =
    controller === undefined
      ? 'those of the controller that it is on'
      : `those of ${id} (${controller.driver.text})`;
  return `${driver} has no interrupts of its own: ${whose} tell of its work`;
}
