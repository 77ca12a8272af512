import type { CommandOption, DeviceDescription, Property, SourceText } from '../config/launch-file.ts';
import { lastNamed } from './decision.ts';
import { defaultCard, switchOf } from './default-devices.ts';
import { nicLink } from './links.ts';
import type { Machine } from './machine.ts';

/**
 * The devices that a short form makes without a `-device`: disks of `-drive` and `-hda`, cards of `-nic` and
 * `-net nic`, ports of `-serial`, controllers of `-usb` (QEMU blockdev.c drive_new, net/net.c net_param_nic, system/vl.c).
 * What the file does not say for certain makes none here; `defaultDevices` are those that a machine has without an option.
 */
export function impliedDevices(machine: Machine): DeviceDescription[] {
  const { options } = machine.vm;
  const type = machine.type.value;
  let nics = 0;
  let ports = 0;
  const asked = options.flatMap((option) => {
    const name = option.name.text;
    if (name === 'nic') return cardOf(option, nics++, machine);
    if (name === 'net') return oldCardOf(option, machine);
    if (name === 'serial') return portOf(option, machine, ports++);
    return busOf(option) === 'virtio' || isVirtioByDefault(option, type)
      ? [device(option, 'virtio-blk', [])]
      : [];
  });
  return [...asked, ...ideController(options, type), ...usbController(options, type)];
}

/** Options that make a disk or a CD drive on the machine's own bus. */
const DRIVES: ReadonlySet<string> = new Set(['drive', 'hda', 'hdb', 'hdc', 'hdd', 'cdrom']);

/** What `if=` says; null where it is left out, undefined where it is not known. */
function busOf({ name, properties }: CommandOption): string | null | undefined {
  if (!DRIVES.has(name.text)) return undefined;
  if (name.text !== 'drive') return null;
  if (properties.length === 0 || properties.some(({ key }) => !key.known)) return undefined;
  const written = lastNamed(properties, ['if'])?.value;
  if (written === undefined) return null;
  return written?.known === true ? written.text : undefined;
}

/** Where `if=` is left out, the machine decides: `virt` takes virtio, those of x86 their IDE or SATA controller. */
function isVirtioByDefault(option: CommandOption, type: string | undefined): boolean {
  const media = lastNamed(option.properties, ['media'])?.value?.text;
  const isCdrom = option.name.text === 'cdrom' || media === 'cdrom';
  return type === 'virt' && busOf(option) === null && !isCdrom;
}

const IDE: ReadonlyMap<string, string> = new Map([
  ['q35', 'ich9-ahci'],
  ['pc', 'piix3-ide'],
]);

/** One controller for all disks. */
function ideController(options: readonly CommandOption[], type: string | undefined): DeviceDescription[] {
  const driver = IDE.get(type ?? '');
  const disk = options.find((option) => {
    const bus = busOf(option);
    return bus === null || bus === 'ide';
  });
  return driver === undefined || disk === undefined ? [] : [device(disk, driver, [])];
}

const USB: ReadonlyMap<string, string> = new Map([
  ['q35', 'ich9-usb-ehci1'],
  ['pc', 'piix3-usb-uhci'],
]);

function usbController(options: readonly CommandOption[], type: string | undefined): DeviceDescription[] {
  const driver = USB.get(type ?? '');
  const usb = options.find(({ name }) => name.text === 'usb');
  return driver === undefined || usb === undefined ? [] : [device(usb, driver, [])];
}

/** A UART of a PC, the first of a microvm, or the one of `virt` that its guest may use; others have ports that are not modelled. */
function portOf(option: CommandOption, { vm, type, architecture }: Machine, n: number): DeviceDescription[] {
  if (option.value?.known !== true || option.value.text === 'none') return [];
  if (type.value === 'virt' && architecture.value === 'arm')
    return n === 0 ? [device(option, 'pl011', [])] : [];
  const isOfMicrovm = type.value === 'microvm' && n === 0 && switchOf('isa-serial', vm) !== false;
  const isOfPc = type.value === 'q35' || type.value === 'pc';
  return isOfPc || isOfMicrovm ? [device(option, 'isa-serial', [])] : [];
}

function cardOf(option: CommandOption, n: number, machine: Machine): DeviceDescription[] {
  const backend = lastNamed(option.properties, ['type'])?.value;
  if (backend?.text === 'none') return [];
  return card(option, [textAt(option, nicLink(n))], machine);
}

/** A card on the hub of all `-net`, through which vhost does not reach; or with the backend that it names. */
function oldCardOf(option: CommandOption, machine: Machine): DeviceDescription[] {
  if (lastNamed(option.properties, ['type'])?.value?.text !== 'nic') return [];
  const netdev = lastNamed(option.properties, ['netdev'])?.value;
  return card(option, netdev == null ? [] : [netdev], machine);
}

function card(option: CommandOption, links: readonly SourceText[], machine: Machine): DeviceDescription[] {
  const model = lastNamed(option.properties, ['model'])?.value;
  const name = model === undefined ? defaultCard(machine) : model?.known === true ? model.text : undefined;
  if (name === undefined) return [];
  const properties = links.map((value): Property => {
    return { key: textAt(option, 'netdev'), value, valueType: 'text', from: 'option', range: option.range };
  });
  return [device(option, name === 'virtio' ? 'virtio-net-pci' : name, properties)];
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
