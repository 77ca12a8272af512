import { compareReleases } from '../../facts/releases.ts';
import type { DeviceInMachine, Finding, Rule } from '../family.ts';
import { machineRelease } from '../machine-release.ts';
import { optionValue, readUnsigned } from '../option-value.ts';
import type { VirtioDriver } from '../virtio-driver.ts';
import { usesMessages } from './device-messages.ts';

const MMIO = 'QEMU hw/virtio/virtio-mmio.c virtio_mmio_update_irq; traces A1-gicv2-blk-mmio';
const VECTORS =
  'QEMU hw/virtio/virtio-pci.c virtio_pci_device_plugged (nvectors); trace X1-blk-vectors0-intx';
const FIND_VQS = 'Linux drivers/virtio/virtio_pci_common.c vp_find_vqs';
const messages = usesMessages('MSI-X');

/** Whether the device interrupts by messages: it has vectors, and the guest uses them. */
export function virtioMessages(driver: VirtioDriver): Rule {
  return {
    name: messages.name,
    check(subject): Finding {
      if (driver.transport === 'mmio') {
        const because = 'virtio-mmio has one interrupt line for each device, and no MSI';
        const base = { option: null, value: null, isDefault: true, range: null };
        return { ...base, outcome: 'fails', because, source: MMIO };
      }
      const vectors = vectorsOf(driver, subject);
      return vectors.outcome === 'holds' ? messages.check(subject) : vectors;
    },
  };
}

function vectorsOf(driver: VirtioDriver, subject: DeviceInMachine): Finding {
  const { kind } = driver;
  const vectors = optionValue(subject, driver, 'vectors');
  const { property, text, known } = vectors;
  const range = property?.range ?? null;
  const isDefault = property === null;
  const base = { option: 'vectors', value: text, isDefault, source: VECTORS, range };
  if (isDefault) {
    const release = machineRelease(subject.machine);
    if (compareReleases(release, kind.vectorsSince) >= 0) return { ...base, outcome: 'holds', because: '' };
    const because = `vectors is 0 (default of ${kind.name} in machines before ${kind.vectorsSince}; this one is of ${release}), so the device has no MSI-X`;
    return { ...base, value: '0', outcome: 'fails', because };
  }
  if (!known) {
    const because = `vectors is ${text ?? ''}, which this file does not say`;
    const cases = {
      holds: `vectors (${text ?? ''}) is more than 0, and the guest uses MSI-X`,
      fails: `vectors (${text ?? ''}) is 0, or the guest uses INTx`,
    };
    return { ...base, outcome: 'unknown', because, cases };
  }
  const count = readUnsigned(text, 0xffff_ffff);
  if (count === 1) {
    const because =
      'vectors is 1, and Linux wants two (for the configuration and for queues), so that the guest uses INTx';
    return { ...base, outcome: 'fails', because, source: FIND_VQS };
  }
  if (count !== 0) return { ...base, outcome: 'holds', because: '' };
  return { ...base, outcome: 'fails', because: 'vectors is 0, so the device has no MSI-X' };
}
