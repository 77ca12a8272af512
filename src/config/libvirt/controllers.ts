import { attributeOf, childOf, rawValue } from '../xml/xml-element.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { isQ35, isX86, type Domain } from './domain.ts';
import { OF_SCSI } from './driver-attributes.ts';
import { driverProperties, threadProperties, virtioDriver } from './virtio.ts';

/** `<controller>`: those that the machine has anyway are none of its devices (libvirt qemuBuildControllerDevProps). */
export function readController(domain: Domain, controller: XmlElement): void {
  const { texts, out } = domain;
  const type = rawValue(controller, 'type') ?? '';
  const index = rawValue(controller, 'index') ?? '0';
  const modelAt = attributeOf(controller, 'model');
  const at = modelAt?.valueAt ?? attributeOf(controller, 'type')?.valueAt ?? controller.startTag;
  const model = modelAt?.raw;
  switch (type) {
    case 'scsi':
      readScsi(domain, controller, index, model ?? defaultScsi(domain));
      return;
    case 'virtio-serial':
      out.device(
        controller,
        virtioDriver(domain, controller, 'virtio-serial', at, model),
        `virtio-serial${index}`,
        [
          ...texts.optional('max_ports', controller, 'ports'),
          ...texts.optional('vectors', controller, 'vectors'),
          ...driverProperties(domain, controller),
        ],
      );
      return;
    case 'usb': {
      const driver = USB_DRIVERS[model ?? defaultUsb(domain)];
      if (driver === undefined) return;
      // A companion of another controller has no name.
      if (childOf(controller, 'master') !== undefined) out.nameless(controller, texts.derived(driver, at));
      else out.device(controller, texts.derived(driver, at), index === '0' ? 'usb' : `usb${index}`);
      return;
    }
    case 'sata':
      if (isQ35(domain) && index === '0') return;
      out.device(controller, texts.derived('ahci', at), `sata${index}`);
      return;
    case 'ccid':
      out.device(controller, texts.derived('usb-ccid', at), `ccid${index}`);
      return;
    case 'fdc':
      if (isQ35(domain)) out.nameless(controller, texts.derived('isa-fdc', at));
      return;
    case 'nvme':
      out.device(controller, texts.derived('nvme', at), `nvme${index}`);
      return;
    case 'pci':
      readPci(domain, controller, index);
  }
}

function readScsi(domain: Domain, controller: XmlElement, index: string, model: string): void {
  const { texts, out } = domain;
  const at = attributeOf(controller, 'model')?.valueAt ?? controller.startTag;
  const id = `scsi${index}`;
  if (!model.startsWith('virtio')) {
    const driver = SCSI_DRIVERS[model];
    if (driver !== undefined) out.device(controller, texts.derived(driver, at), id);
    return;
  }
  out.device(controller, virtioDriver(domain, controller, 'virtio-scsi', at, model), id, [
    ...threadProperties(domain, controller),
    ...driverProperties(domain, controller, OF_SCSI),
  ]);
}

/** A bridge or port; the root is a part of the machine. */
function readPci({ texts, out }: Domain, controller: XmlElement, index: string): void {
  const named = attributeOf(childOf(controller, 'model'), 'name');
  const model = attributeOf(controller, 'model');
  const driver = named?.raw ?? PCI_DRIVERS[model?.raw ?? ''];
  const isRoot = ROOTS.has(model?.raw ?? '') && (driver !== 'spapr-pci-host-bridge' || index === '0');
  if (driver === undefined || isRoot) return;
  const at = (named ?? model)?.valueAt ?? controller.startTag;
  out.device(controller, texts.derived(driver, at), `pci.${index}`);
}

/** The SCSI adapter of a machine whose XML names none (libvirt qemuDomainDefaultSCSIControllerModel). */
export function defaultScsi(domain: Domain): string {
  return isX86(domain) ? 'lsilogic' : 'virtio-scsi';
}

/** The USB controller that libvirt gives a machine whose XML names none; `none` on machines that get none. */
export function defaultUsb(domain: Domain): string {
  if (!isX86(domain) || domain.machine === 'isapc') return 'none';
  return isQ35(domain) ? 'qemu-xhci' : 'piix3-uhci';
}

/** QEMU's drivers by libvirt's models of USB controllers. */
export const USB_DRIVERS: Readonly<Record<string, string>> = {
  'piix3-uhci': 'piix3-usb-uhci',
  'piix4-uhci': 'piix4-usb-uhci',
  ehci: 'usb-ehci',
  'ich9-ehci1': 'ich9-usb-ehci1',
  'ich9-uhci1': 'ich9-usb-uhci1',
  'ich9-uhci2': 'ich9-usb-uhci2',
  'ich9-uhci3': 'ich9-usb-uhci3',
  'vt82c686b-uhci': 'vt82c686b-usb-uhci',
  'pci-ohci': 'pci-ohci',
  'nec-xhci': 'nec-usb-xhci',
  'qemu-xhci': 'qemu-xhci',
};

/** QEMU's drivers by libvirt's models of SCSI adapters. */
export const SCSI_DRIVERS: Readonly<Record<string, string>> = {
  lsilogic: 'lsi',
  lsisas1068: 'mptsas1068',
  lsisas1078: 'megasas',
  vmpvscsi: 'pvscsi',
  am53c974: 'am53c974',
  'dc-390': 'dc390',
};

const ROOTS: ReadonlySet<string> = new Set(['pci-root', 'pcie-root']);

const PCI_DRIVERS: Readonly<Record<string, string>> = {
  'pcie-root-port': 'pcie-root-port',
  'pcie-to-pci-bridge': 'pcie-pci-bridge',
  'pci-bridge': 'pci-bridge',
  'dmi-to-pci-bridge': 'i82801b11-bridge',
  'pcie-switch-upstream-port': 'x3130-upstream',
  'pcie-switch-downstream-port': 'xio3130-downstream',
  'pci-expander-bus': 'pxb',
  'pcie-expander-bus': 'pxb-pcie',
  'pci-root': 'spapr-pci-host-bridge',
};
