import type { Property, SourceText, VmDescription } from '../config/launch-file.ts';
import type { Facts } from '../facts/facts.ts';
import { decideAccelerator } from './accelerator.ts';
import { decideArchitecture, type Architecture } from './architecture.ts';
import type { Decision } from './decision.ts';
import { decideGicVersion } from './gic-version.ts';
import { appendWithoutMsi } from './guest-command-line.ts';
import { decideInterruptRemapping } from './interrupt-remapping.ts';
import { decideIrqchip, type Irqchip } from './irqchip.ts';
import { decideMachineType } from './machine-type.ts';

/** What is decided once for a machine, before its devices are looked at. */
export interface Machine {
  readonly vm: VmDescription;
  readonly facts: Facts;
  readonly architecture: Decision<Architecture>;
  readonly type: Decision<string>;
  readonly accelerator: Decision<string>;
  readonly irqchip: Decision<Irqchip>;
  /** Only of meaning on the Arm `virt` machine. */
  readonly gicVersion: Decision<number>;
  /** Whether the guest's IOMMU remaps interrupts; only of meaning on x86. */
  readonly interruptRemapping: Decision<boolean>;
  /** What tells the guest's kernel not to use MSI; null if nothing does. */
  readonly guestWithoutMsi: SourceText | null;
  /** The properties that `-global` gives a driver, by driver and name. */
  readonly globals: ReadonlyMap<string, ReadonlyMap<string, Property>>;
}

const decided = new WeakMap<VmDescription, Machine>();

/** Decides what the options of the machine and of the accelerator say, once for each machine under the same facts. */
export function decideMachine(vm: VmDescription, facts: Facts): Machine {
  const known = decided.get(vm);
  if (known?.facts === facts) return known;
  const machine = decide(vm, facts);
  decided.set(vm, machine);
  return machine;
}

function decide(vm: VmDescription, facts: Facts): Machine {
  const architecture = decideArchitecture(vm);
  const type = decideMachineType(vm, architecture.value);
  const irqchip = decideIrqchip(vm, { architecture: architecture.value, type, facts });
  return {
    vm,
    facts,
    architecture,
    type,
    accelerator: decideAccelerator(vm),
    irqchip,
    gicVersion: decideGicVersion(vm, irqchip.value, facts),
    interruptRemapping: decideInterruptRemapping(vm, irqchip.value, facts),
    guestWithoutMsi: appendWithoutMsi(vm),
    globals: globalsByDriver(vm),
  };
}

function globalsByDriver(vm: VmDescription): Map<string, Map<string, Property>> {
  const byDriver = new Map<string, Map<string, Property>>();
  for (const { driver, property } of vm.globals) {
    const properties = byDriver.get(driver) ?? new Map<string, Property>();
    properties.set(property.key.text, property);
    byDriver.set(driver, properties);
  }
  return byDriver;
}
