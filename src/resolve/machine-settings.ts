import type { PathSettings } from '../paths/path.ts';
import { guestApic, type GuestApic } from './guest-apic.ts';
import type { Machine } from './machine.ts';

/** What the file says about the machine, whatever the device: processor, interrupt controllers, flags. */
export function machineSettings(machine: Machine): PathSettings {
  const { vm, architecture, irqchip, gicVersion, interruptRemapping } = machine;
  const isArm = architecture.value === 'arm';
  const { x2apic, pvEoi } = isArm ? NO_APIC : guestApic(vm, interruptRemapping.value);
  return {
    ...(architecture.value === undefined ? {} : { arch: architecture.value }),
    ...(irqchip.value === undefined ? {} : { irqchip: irqchip.value }),
    ...(isArm && gicVersion.value !== undefined ? { gic: String(gicVersion.value) } : {}),
    ...(!isArm && irqchip.value !== 'on' && interruptRemapping.value === true ? { intremap: 'on' } : {}),
    ...(x2apic === undefined ? {} : { x2apic: onOff(x2apic) }),
    ...(pvEoi === undefined ? {} : { pvEoi: onOff(pvEoi) }),
  };
}

const NO_APIC: GuestApic = { x2apic: undefined, pvEoi: undefined };

/** A switch as the settings of paths have it. */
export function onOff(value: boolean): 'on' | 'off' {
  return value ? 'on' : 'off';
}
