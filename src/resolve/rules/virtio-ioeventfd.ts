import { compareReleases } from '../../facts/releases.ts';
import type { DeviceInMachine, Finding, Rule } from '../family.ts';
import { transportOf, type VirtioDriver } from '../virtio-driver.ts';
import { optionIs } from './option-is.ts';

const PCI = 'QEMU hw/virtio/virtio-pci.c virtio_pci_ioeventfd_enabled';
const MMIO = 'QEMU hw/virtio/virtio-mmio.c virtio_mmio_ioeventfd_enabled';
/** Since then virtio-mmio asks for ioeventfds (QEMU commit 434027badb). */
const MMIO_SINCE = '2.4';

/** Whether QEMU asks KVM to turn the kicks of the device into eventfds. */
export function usesIoeventfd(driver: VirtioDriver): Rule {
  const { kind, transport, parents } = driver;
  const isPci = transport === 'pci';
  const option = optionIs('ioeventfd', 'on', isPci ? parents : [], isPci ? PCI : MMIO);
  return {
    name: 'ioeventfd',
    check(subject: DeviceInMachine): Finding {
      const { qemu } = subject.machine.facts.host;
      const since = isPci ? kind.ioeventfdSince : MMIO_SINCE;
      const fails = (because: string): Finding => ({
        outcome: 'fails',
        because,
        option: 'ioeventfd',
        value: null,
        isDefault: true,
        source: isPci ? PCI : MMIO,
        range: null,
      });
      if (since === null) return fails(`${kind.name} is never served by QEMU, and has no ioeventfd option`);
      if (compareReleases(qemu, since) < 0) {
        const name = isPci ? subject.device.driver.text : 'virtio-mmio';
        return fails(`${name} uses no ioeventfd in QEMU ${qemu}; it does since ${since}`);
      }
      return option.check(isPci ? subject : transportOf(subject));
    },
  };
}
