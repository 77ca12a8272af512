import type { State } from '../../engine/state.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { EXIT_DABT, MMIO_IDLE } from '../kernel/vcpu-state.ts';
import type { Vcpu } from '../kernel/vcpu-state.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { withIrqsOn } from './arm-irq.ts';
import type { GuestInterrupt } from './arm-irq.ts';
import type { TrappingVcpu } from './mmio-access.ts';
import { injectedDelivery, withInterruptsOn } from './x86-irq.ts';
import type { LineDelivery } from './x86-irq.ts';

/** What the driver of an emulated device needs of the CPU that it runs on, whatever the architecture. */
export interface DriverCpu {
  readonly vcpu: TrappingVcpu;
  /** Reason of the exit that an access to a register of the device causes. */
  readonly exitReason: number;
  /** What the instruction costs that exits. */
  readonly accessCost: string;
  /** The driver gives up a lock that it has taken with interrupts off. */
  readonly irqsOn: (s: State) => void;
  /** A stretch with interrupts on, from the step `first` of `steps`: one that is due comes before it. */
  readonly withIrqsOn: (
    interrupt: Procedure,
    at: string,
    first: string,
    steps: Readonly<Record<string, Step>>,
  ) => Record<string, Step>;
}

/** An x86 CPU whose device answers with this exit. */
export function x86DriverCpu(
  vcpu: X86Vcpu,
  exitReason: number,
  delivery: LineDelivery = injectedDelivery(vcpu),
): DriverCpu {
  return {
    vcpu,
    exitReason,
    accessCost: 'guestApicAccess',
    irqsOn: (s) => {
      s[vcpu.interruptFlag] = 1;
    },
    withIrqsOn: (...stretch) => withInterruptsOn({ vcpu, delivery }, ...stretch),
  };
}

/** An Arm CPU: nobody but the guest's own code has to know whether it takes interrupts. */
export function armDriverCpu(vcpu: Vcpu, irq: GuestInterrupt): DriverCpu {
  return {
    vcpu,
    exitReason: EXIT_DABT,
    accessCost: 'deviceAccess',
    irqsOn: () => undefined,
    withIrqsOn: (...stretch) => withIrqsOn(irq, ...stretch),
  };
}

/** The step that accesses a register of the device: it leaves the guest. */
export function accessStep({ vcpu, exitReason, accessCost }: DriverCpu, register: number, at: string): Step {
  return {
    at,
    cost: accessCost,
    do: (s) => {
      s[vcpu.mmioRegister] = register;
      s[vcpu.exitReason] = exitReason;
      s[vcpu.inGuest] = 0;
    },
  };
}

/** The guest goes on behind the access, with nothing under way any more. */
export function resumeAfterAccess(s: State, { vcpu }: DriverCpu): void {
  s[vcpu.mmioRegister] = 0;
  s[vcpu.mmio] = MMIO_IDLE;
}

/** An access to a register of the device, which leaves the guest, and the guest behind it. */
export function registerAccess(
  cpu: DriverCpu,
  label: string,
  register: number,
  at: string,
  /** What the driver does with the instruction, and what it makes of the answer. */
  change: { readonly before?: (s: State) => void; readonly then?: (s: State) => string | undefined } = {},
): Record<string, Step> {
  const access = accessStep(cpu, register, at);
  const { before, then } = change;
  return {
    [label]:
      before === undefined
        ? access
        : {
            ...access,
            do: (s, choice) => {
              before(s);
              return access.do?.(s, choice);
            },
          },
    [`${label}-resumes`]: {
      at,
      do: (s) => {
        resumeAfterAccess(s, cpu);
        return then?.(s);
      },
    },
  };
}
