import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Field, State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { ahciIntr } from '../machine/guest/ahci-driver.ts';
import { q35IrqLine } from '../machine/kernel/ioapic-irq-line.ts';
import { ahci } from '../machine/qemu/ahci.ts';
import type { VcpuThreadWiring } from '../machine/qemu/vcpu-thread.ts';
import type { NumberSetting } from './path.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { PciMachine } from './vfio-pci-machine.ts';
import type { ChoiceSetting } from './path.ts';

/** Who else is on the guest's interrupt line. */
export const NEIGHBOUR_SETTING: ChoiceSetting = {
  name: 'neighbour',
  kind: 'choice',
  choices: ['none', 'emulated'],
  default: 'none',
  description:
    "who shares the guest's interrupt line: nobody, or a disk controller that QEMU emulates (arch=x86; from source code only)",
};

/** How often it interrupts. */
export const NEIGHBOUR_PERIOD_SETTING: NumberSetting = {
  name: 'neighbourPeriodUs',
  kind: 'number',
  unit: 'us',
  default: 700,
  minimum: 1,
  maximum: 3_600_000_000,
  description: 'time from one interrupt of the neighbour to the next (neighbour=emulated)',
};

/** A device that shares the guest's interrupt line. */
export interface Neighbour {
  readonly name: string;
  readonly asserted: (s: State) => boolean;
  /** The guest's handler of it. */
  readonly handler: Procedure;
  /** Whether a handler of the line has found anything to do. */
  readonly handled: Field;
  readonly vcpuThread: Pick<VcpuThreadWiring, 'otherExits'>;
  readonly costs: Readonly<Record<string, number>>;
  readonly isAtRest: (s: State) => boolean;
}

/** Whether anybody shares the line; the error says what that does not go with. */
export function readNeighbour(settings: CompleteSettings): Result<'none' | 'emulated'> {
  if (settings.choice('neighbour', 'none') === 'none') return ok('none');
  if (settings.choice('arch') === 'arm') return fail('neighbour=emulated: on Arm it is not modelled');
  if (settings.choice('handlerContext', 'hard') === 'threaded') {
    return fail('neighbour=emulated needs handlerContext=hard: IRQF_ONESHOT and IRQF_SHARED must agree');
  }
  if (settings.choice('napi') === 'on') {
    return fail('neighbour=emulated needs napi=off: softirqs of two drivers are not modelled');
  }
  return ok('emulated');
}

/** Adds a disk controller of QEMU to the guest's line, with irq source id 0. */
export function emulatedNeighbour(machine: PciMachine, settings: CompleteSettings): Neighbour {
  const { m, vcpu, pin } = machine;
  const handled = m.field('interrupt handled', { values: ['no', 'yes'] });
  const disk = ahci(m, {
    vcpu,
    bql: machine.lock,
    raiseLine: q35IrqLine(1, pin),
    lowerLine: q35IrqLine(0, pin),
    stopped: machine.device.stopped,
    cpu: machine.otherCpu,
  });
  return {
    name: 'ahci',
    asserted: disk.asserted,
    handler: ahciIntr(vcpu, disk.statusRead, handled),
    handled,
    vcpuThread: { otherExits: disk.exits },
    costs: { neighbourPeriod: settings.number('neighbourPeriodUs') * 1000 },
    isAtRest: disk.isAtRest,
  };
}
