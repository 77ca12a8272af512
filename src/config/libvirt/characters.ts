import { attributeOf, childOf, rawValue } from '../xml/xml-element.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { isArm, isX86, type Domain } from './domain.ts';

/** `<serial>`: a UART, or with `-serial` the machine's own one, as Arm has it (libvirt qemuBuildSerialChrDeviceProps). */
export function readSerial(domain: Domain, serial: XmlElement, index: number): void {
  const target = childOf(serial, 'target');
  const type = attributeOf(target, 'type');
  const model = attributeOf(childOf(target, 'model'), 'name');
  const name = model?.raw ?? type?.raw ?? (isX86(domain) ? 'isa-serial' : 'system-serial');
  if (isArm(domain) && OWN_UARTS.has(name)) domain.out.option('serial', serial.startTag, []);
  if (!UARTS.has(name)) return;
  const at = (model ?? type)?.valueAt ?? serial.startTag;
  const port = rawValue(target, 'port') ?? String(index);
  domain.out.device(serial, domain.texts.derived(name, at), `serial${port}`);
}

/** What libvirt calls the UART that a machine has of its own. */
const OWN_UARTS: ReadonlySet<string> = new Set(['system-serial', 'pl011']);

const UARTS: ReadonlySet<string> = new Set([
  'isa-serial',
  'isa-debugcon',
  'pci-serial',
  'usb-serial',
  'spapr-vty',
]);

/** `<console>`: one of virtio, or another name for the first UART. */
export function readConsole(domain: Domain, console: XmlElement, index: number): void {
  const { texts, out, around } = domain;
  const type = attributeOf(childOf(console, 'target'), 'type');
  const at = type?.valueAt ?? console.startTag;
  const driver = CONSOLES[type?.raw ?? 'serial'];
  if (driver !== undefined) {
    out.device(console, texts.derived(driver, at), `console${String(index)}`);
    return;
  }
  const isFirst = index === 0 && (type?.raw ?? 'serial') === 'serial';
  if (!isFirst || around.hasSerial) return;
  if (isX86(domain)) out.device(console, texts.derived('isa-serial', at), 'serial0');
  if (isArm(domain)) out.option('serial', console.startTag, []);
}

const CONSOLES: Readonly<Record<string, string>> = {
  virtio: 'virtconsole',
  sclp: 'sclpconsole',
  sclplm: 'sclplmconsole',
};

/** `<channel>`: a port of virtio-serial. */
export function readChannel({ texts, out }: Domain, channel: XmlElement, index: number): void {
  const type = attributeOf(childOf(channel, 'target'), 'type');
  if (type?.raw !== 'virtio') return;
  out.device(channel, texts.derived('virtserialport', type.valueAt), `channel${String(index)}`);
}

/** Whether a channel or console is a port of virtio-serial. */
export function needsVirtioSerial(element: XmlElement): boolean {
  return (
    (element.name === 'channel' || element.name === 'console') &&
    rawValue(childOf(element, 'target'), 'type') === 'virtio'
  );
}
