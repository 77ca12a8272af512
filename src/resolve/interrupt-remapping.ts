import type { VmDescription } from '../config/launch-file.ts';
import type { Facts } from '../facts/facts.ts';
import { isBetween } from '../facts/releases.ts';
import { lastNamed, writtenDecision, type Decision } from './decision.ts';
import type { Irqchip } from './irqchip.ts';

const SOURCE = 'QEMU hw/i386/x86-iommu.c x86_iommu_realize';
const IOMMUS = ['intel-iommu', 'amd-iommu'];

/** Whether the IOMMU of an x86 guest remaps interrupts; a machine has at most one such IOMMU. */
export function decideInterruptRemapping(
  vm: VmDescription,
  irqchip: Irqchip | undefined,
  { host }: Facts,
): Decision<boolean> {
  const iommu = vm.devices.find(({ driver }) => driver.known && IOMMUS.includes(driver.text));
  const base = { option: 'intremap', isDefault: true, source: SOURCE, range: iommu?.range ?? null };
  if (iommu === undefined) {
    return { ...base, value: false, option: null, given: null, because: 'the guest has no IOMMU' };
  }
  const property = lastNamed(iommu.properties, ['intremap']);
  const text = property === undefined ? 'auto' : (property.value?.text ?? 'on');
  if (property !== undefined && property.value?.known === false) {
    return writtenDecision<boolean>(
      property,
      undefined,
      `intremap is ${text}, which this file does not say`,
      SOURCE,
    );
  }
  if (property === undefined || text === 'auto') {
    const isOff = !isBetween(host.qemu, '4.0', null) || irqchip === 'on';
    const value = irqchip === undefined ? undefined : !isOff;
    const because = `intremap is ${isOff ? 'off' : 'on'} (default with kernel-irqchip=${irqchip ?? '?'})`;
    return { ...base, value, given: value === undefined ? null : isOff ? 'off' : 'on', because };
  }
  const isOn = ['on', 'yes', 'true', 'y'].includes(text);
  if (!isOn || irqchip !== 'on') {
    return writtenDecision(property, isOn, `intremap is ${isOn ? 'on' : 'off'}`, SOURCE);
  }
  const message =
    'interrupt remapping needs the IOAPIC in QEMU; expected kernel-irqchip=split, or intremap=off';
  return writtenDecision<boolean>(property, undefined, message, SOURCE, [
    { code: 'invalid-value', severity: 'error', message, range: property.range },
  ]);
}
