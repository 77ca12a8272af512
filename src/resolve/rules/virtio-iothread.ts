import { compareReleases } from '../../facts/releases.ts';
import type { Property } from '../../config/launch-file.ts';
import type { DeviceInMachine, Finding, Rule } from '../family.ts';
import { booleanOf, optionValue } from '../option-value.ts';
import type { VirtioDriver } from '../virtio-driver.ts';

const SOURCE = 'QEMU hw/block/virtio-blk.c virtio_blk_vq_aio_context_init; hw/scsi/virtio-scsi-dataplane.c';

/** Whether an IOThread works on the queues. */
export function inIothread(driver: VirtioDriver): Rule {
  return {
    name: 'iothread',
    check(subject): Finding {
      const base = { option: 'iothread', value: null, isDefault: true, source: SOURCE, range: null };
      if (driver.kind.iothreadSince === null) {
        const because = `${driver.kind.name} runs in no IOThread; it has no option for one`;
        return { ...base, outcome: 'fails', because };
      }
      const property = iothreadProperty(driver, subject);
      if (property === undefined) {
        return { ...base, outcome: 'fails', because: 'no iothread is given, so the main loop serves it' };
      }
      const { key, value, range } = property;
      const because = `${key.text} is ${value?.text ?? 'on'}`;
      const option = key.text;
      return {
        ...base,
        outcome: 'holds',
        because,
        option,
        value: value?.text ?? 'on',
        isDefault: false,
        range,
      };
    },
  };
}

/** The property that gives the device a thread: one of today, or `x-data-plane` as long as there was one. */
export function iothreadProperty(driver: VirtioDriver, subject: DeviceInMachine): Property | undefined {
  for (const name of ['iothread', 'iothread-vq-mapping']) {
    const { property } = optionValue(subject, driver, name);
    if (property !== null) return property;
  }
  const dataPlane = optionValue(subject, driver, 'x-data-plane');
  const isGone = compareReleases(subject.machine.facts.host.qemu, '2.5') >= 0;
  return !isGone && booleanOf(dataPlane) === true ? (dataPlane.property ?? undefined) : undefined;
}
