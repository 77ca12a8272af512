import type { VirtioKind } from '../catalog/virtio-devices.ts';
import type { DeviceInMachine } from './family.ts';

/** A kind of virtio device on one transport: what its rules are made for. */
export interface VirtioDriver {
  readonly kind: VirtioKind;
  readonly transport: 'pci' | 'mmio';
  /** The drivers that a `-global` may name instead of the device's own. */
  readonly parents: readonly string[];
}

/** The driver of a kind on PCI; its properties stand in an abstract parent and in the device behind the transport. */
export function onPci(kind: VirtioKind): VirtioDriver {
  const inner = kind.mmio === kind.name ? kind.name : `${kind.name}-device`;
  return {
    kind,
    transport: 'pci',
    parents: [`${kind.name}-pci-base`, 'virtio-pci', inner, 'virtio-device'],
  };
}

/** The driver of a kind on a machine with virtio-mmio. */
export function onMmio(kind: VirtioKind): VirtioDriver {
  return { kind, transport: 'mmio', parents: ['virtio-device'] };
}

/** The transport of a device on virtio-mmio, which is a device of its own that the machine makes. */
export function transportOf({ device, machine }: DeviceInMachine): DeviceInMachine {
  const driver = { ...device.driver, text: 'virtio-mmio' };
  return { machine, device: { ...device, driver, id: null, properties: [] } };
}
