import type { Finding, Rule } from '../family.ts';
import { fromDecision } from './from-decision.ts';

/** Whether the machine makes the device itself: Arm's `virt` has a PL011 for `-serial`, and nobody plugs one in. */
export const partOfBoard: Rule = {
  name: 'part-of-board',
  check({ device, machine }): Finding {
    const { type, vm } = machine;
    const driver = device.driver.text;
    if (vm.devices.includes(device)) {
      const because = `${driver} is part of a machine and no device to plug in; expected -serial`;
      const problem = { code: 'wrong-machine', severity: 'error', message: because } as const;
      return {
        ...fromDecision(type, 'fails', because, { problem }),
        source: 'QEMU hw/arm/virt.c create_uart',
      };
    }
    const because = `${type.because}: -serial is its ${driver}`;
    return { ...fromDecision(type, 'holds', because), source: 'QEMU hw/arm/virt.c create_uart' };
  },
};
