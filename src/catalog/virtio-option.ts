import type { OptionDoc, OptionType } from './option-doc.ts';
import { driversOf, VIRTIO_KINDS, type VirtioKind } from './virtio-devices.ts';

/** What is the same for most options of a device. */
type OptionBase = Pick<OptionDoc, 'name' | 'owner' | 'of' | 'introduced' | 'removed' | 'spellings'>;

/** What every option of a device has that is still there and has one spelling. */
export function deviceOption(name: string, of: readonly string[], introduced: string | null): OptionBase {
  return { name, owner: 'device', of, introduced, removed: null, spellings: [] };
}

/** One that sends no notification another way. */
export function asideOption(
  name: string,
  of: readonly string[],
  introduced: string,
): OptionBase & { readonly aside: true } {
  return { ...deviceOption(name, of, introduced), aside: true };
}

/** Type and default of a switch. */
export function onOff(since: string, value: 'on' | 'off'): Pick<OptionDoc, 'type' | 'defaults'> {
  return { type: { kind: 'boolean' }, defaults: [{ since, value }] };
}

/** A plain count up to `maximum`. */
export function count(maximum: number, minimum = 0): OptionType {
  return { kind: 'integer', minimum, maximum, unit: '' };
}

/** The drivers of the kinds of these names, on PCI and on virtio-mmio. */
export function driversNamed(...names: readonly string[]): string[] {
  return kindsNamed(names).flatMap(driversOf);
}

/** Their drivers on PCI alone. */
export function pciDriversNamed(...names: readonly string[]): string[] {
  return kindsNamed(names).flatMap(({ pci }) => pci);
}

function kindsNamed(names: readonly string[]): readonly VirtioKind[] {
  return VIRTIO_KINDS.filter(({ name }) => names.includes(name));
}

/** All virtio drivers on PCI. */
export const ALL_PCI: readonly string[] = VIRTIO_KINDS.flatMap(({ pci }) => pci);

/** Those that offer the legacy interface or not as they are told; the others have it in their name, or none. */
export const CHOOSABLE_PCI: readonly string[] = ALL_PCI.filter(
  (driver) => !driver.endsWith('transitional') && driver !== 'vhost-user-fs-pci',
);

/** All virtio drivers. */
export const ALL_VIRTIO: readonly string[] = VIRTIO_KINDS.flatMap(driversOf);

/** The paths of kicks to devices that QEMU itself works on. */
export const SERVED_BY_QEMU: readonly string[] = [
  'virtio/notify-sync',
  'virtio/notify-ioeventfd',
  'virtio/notify-iothread',
];

export const UINT16 = 0xffff;
export const UINT32 = 0xffff_ffff;
