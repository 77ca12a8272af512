import type { CommandOption, DeviceDescription, Property, SourceText } from '../config/launch-file.ts';
import { lastNamed } from './decision.ts';
import { nicLink } from './links.ts';
import type { Machine } from './machine.ts';

/**
 * The devices that a short form makes without a `-device`: disks of `-drive if=virtio`, cards of `-nic`
 * (QEMU blockdev.c drive_new, net/net.c net_param_nic). What the file does not say for certain makes none here.
 */
export function impliedDevices({ vm, type }: Machine): DeviceDescription[] {
  let nics = 0;
  return vm.options.flatMap((option) => {
    if (option.name.text === 'drive') return diskOf(option, type.value);
    return option.name.text === 'nic' ? cardOf(option, nics++, type.value) : [];
  });
}

/** Where `if=` is left out, the machine decides: `virt` takes virtio, those of x86 a disk of another kind. */
function diskOf(option: CommandOption, type: string | undefined): DeviceDescription[] {
  const written = lastNamed(option.properties, ['if'])?.value;
  const isCdrom = lastNamed(option.properties, ['media'])?.value?.text === 'cdrom';
  const isSaid = option.properties.length > 0 && option.properties.every(({ key }) => key.known);
  const isByDefault = isSaid && written === undefined && type === 'virt' && !isCdrom;
  const isVirtio = written?.known === true && written.text === 'virtio';
  return isVirtio || isByDefault ? [device(option, 'virtio-blk', [])] : [];
}

function cardOf(option: CommandOption, n: number, type: string | undefined): DeviceDescription[] {
  const backend = lastNamed(option.properties, ['type'])?.value;
  if (backend?.text === 'none') return [];
  const model = lastNamed(option.properties, ['model'])?.value;
  const isKnown = model === undefined ? type === 'virt' : model?.known === true;
  if (!isKnown) return [];
  const name = model?.text ?? 'virtio-net-pci';
  const link = textAt(option, nicLink(n));
  const netdev: Property = {
    key: textAt(option, 'netdev'),
    value: link,
    valueType: 'text',
    from: 'option',
    range: option.range,
  };
  return [device(option, name === 'virtio' ? 'virtio-net-pci' : name, [netdev])];
}

function device(option: CommandOption, driver: string, properties: readonly Property[]): DeviceDescription {
  const { range, value } = option;
  return {
    driver: textAt(option, driver),
    id: null,
    properties,
    range,
    valueRange: value?.range ?? range,
  };
}

function textAt({ value, range }: CommandOption, text: string): SourceText {
  return { text, range: value?.range ?? range, known: true };
}
