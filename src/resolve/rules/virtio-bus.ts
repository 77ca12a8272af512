import type { Finding, Rule } from '../family.ts';
import { fromDecision } from './from-decision.ts';

/** Machines that are made with virtio-mmio transports. */
const WITH_MMIO: readonly string[] = ['virt', 'microvm'];
const SOURCE = 'QEMU hw/arm/virt.c create_virtio_devices, hw/i386/microvm.c microvm_devices_init';

/** Whether the machine has virtio-mmio transports that the device can be plugged into. */
export const virtioBus: Rule = {
  name: 'virtio-bus',
  check({ device, machine }): Finding {
    const { type } = machine;
    if (type.value === undefined) {
      const cases = { holds: 'the machine has virtio-mmio', fails: 'the machine has no virtio-mmio' };
      return { ...fromDecision(type, 'unknown', type.because, { cases }), source: SOURCE };
    }
    if (!WITH_MMIO.includes(type.value)) {
      const because = `the machine ${type.value} has no virtio-bus for ${device.driver.text}; expected virt, microvm or a device on PCI`;
      const problem = { code: 'wrong-machine', severity: 'error', message: because } as const;
      return { ...fromDecision(type, 'fails', because, { problem }), source: SOURCE };
    }
    const because = `the machine ${type.value} has virtio-mmio transports`;
    return { ...fromDecision(type, 'holds', because), source: SOURCE };
  },
};
