import type { Finding, Rule } from '../family.ts';
import type { Objection } from '../objection.ts';
import type { VirtioDriver } from '../virtio-driver.ts';
import { backendObjections } from '../virtio-backend-objections.ts';
import { threadObjections } from '../virtio-thread-objections.ts';

const OBJECTIONS: readonly Objection[] = [...threadObjections, ...backendObjections];

/** Whether QEMU takes the device's options together, and finds what they name. */
export function optionsAgree(driver: VirtioDriver): Rule {
  return {
    name: 'options-agree',
    check(subject): Finding {
      for (const objection of OBJECTIONS) {
        const finding = objection(driver, subject);
        if (finding !== null) return finding;
      }
      return {
        outcome: 'holds',
        because: 'no option of the device contradicts another, and all that they name is there',
        option: null,
        value: null,
        isDefault: true,
        source: 'QEMU hw/virtio/virtio.c virtio_device_realize',
        range: null,
      };
    },
  };
}
