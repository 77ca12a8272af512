import type { Property } from '../launch-file.ts';
import { attributeOf, childOf } from '../xml/xml-element.ts';
import type { Domain } from './domain.ts';

/** `-machine`: type, interrupt controllers, IOMMU and protection of the guest. */
export function machineProperties(domain: Domain): Property[] {
  const { element, texts } = domain;
  const type = attributeOf(childOf(childOf(element, 'os'), 'type'), 'machine');
  const features = childOf(element, 'features');
  const ioapic = attributeOf(childOf(features, 'ioapic'), 'driver');
  const gic = childOf(features, 'gic');
  const iommu = attributeOf(childOf(childOf(element, 'devices'), 'iommu'), 'model');
  const security = attributeOf(childOf(element, 'launchSecurity'), 'type');
  const properties = [
    ...(type === undefined ? [] : [texts.fromAttribute('type', type)]),
    ...(ioapic === undefined || !(ioapic.raw in IOAPICS)
      ? []
      : [texts.fromAttribute('kernel-irqchip', ioapic, IOAPICS[ioapic.raw])]),
    ...texts.optional('gic-version', gic, 'version'),
    ...(iommu?.raw === 'smmuv3' ? [texts.fromAttribute('iommu', iommu)] : []),
    ...(security === undefined ? [] : [texts.fromAttribute('confidential-guest-support', security, 'lsec0')]),
  ];
  return properties.map((property) => ({ ...property, from: 'option' }));
}

/** Who has the IOAPIC (libvirt qemuBuildMachineCommandLine). */
const IOAPICS: Readonly<Record<string, string>> = { kvm: 'on', qemu: 'split' };

/** `-accel`, from the type of the domain. */
export function accelerators({ element, texts }: Domain): Property[][] {
  const type = attributeOf(element, 'type');
  const name = { kvm: 'kvm', qemu: 'tcg', hvf: 'hvf' }[type?.raw ?? ''];
  if (type === undefined || name === undefined) return [];
  return [[{ ...texts.fromAttribute('accel', type, name), from: 'option' }]];
}
