import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { ICR_READ, IMC_WRITE, IMS_WRITE, STATUS_READ } from '../hardware/pci-function.ts';
import type { PciFunction, PciRegister } from '../hardware/pci-function.ts';
import type { MemorySlot } from '../kernel/memory-slot.ts';
import { E1000_DRIVER } from '../parties.ts';
import { mmioAccess } from './mmio-access.ts';
import type { TrappingVcpu } from './mmio-access.ts';

const FILE = 'Linux drivers/net/ethernet/intel/e1000/e1000_main.c';

/** What the guest's driver is wired to. */
export interface E1000DriverWiring {
  readonly device: PciFunction;
  readonly vcpu: TrappingVcpu;
  /** Reason of the exit when an access traps; a data abort if it is left out. */
  readonly exitReason?: number;
  readonly slot: MemorySlot;
  /** Register accesses of a handler call that finds a cause: it reads ICR, masks by IMC, the rest read STATUS. */
  readonly accesses: number;
  /** NAPI has been scheduled by the handler and has not run yet; null if the driver does all in its handler. */
  readonly napi: Field | null;
  /** Set when the handler has found a cause; absent if the line is not shared, so that no cause is a spurious interrupt. */
  readonly handled?: Field;
}

type RegisterWiring = Pick<E1000DriverWiring, 'device' | 'vcpu' | 'exitReason' | 'slot'>;

/** Guest code that runs with interrupts on, from the step `first` of `steps`. */
export type InterruptsOn = (
  at: string,
  first: string,
  steps: Readonly<Record<string, Step>>,
) => Record<string, Step>;

/** One register access of the driver, by the label of its step and of the one that follows. */
function registerAccess(
  { device, vcpu, exitReason, slot }: RegisterWiring,
  register: PciRegister,
  [label, next]: readonly [label: string, next: string],
  at: string,
): Record<string, Step> {
  return mmioAccess({
    label,
    next,
    at,
    register,
    vcpu,
    ...(exitReason === undefined ? {} : { exitReason }),
    mapped: slot.mapped,
    perform: (s) => {
      device.access(s, register);
    },
  });
}

/**
 * The interrupt handler of an e1000: reading the cause acknowledges it. No cause is "not mine". With NAPI the handler
 * masks the function at its own register and leaves the work to a softirq.
 * Source: Linux drivers/net/ethernet/intel/e1000/e1000_main.c `e1000_intr` (6.12); trace X4b.
 */
export function e1000Intr(wiring: E1000DriverWiring): Procedure {
  const at = `${FILE} e1000_intr`;
  const { napi, handled } = wiring;
  const labels = Array.from({ length: wiring.accesses - 1 }, (_, i) => {
    if (i === 0 && napi !== null) return 'write-imc';
    return `read-status${i <= 1 ? '' : `-${String(i)}`}`;
  });
  const next = (i: number): string => labels[i] ?? 'irq-handled';
  const rest = labels.map((label, i) =>
    registerAccess(wiring, label === 'write-imc' ? IMC_WRITE : STATUS_READ, [label, next(i + 1)], at),
  );
  return procedure<string>(E1000_DRIVER, 'e1000_intr', {
    ...registerAccess(wiring, ICR_READ, ['read-icr', 'test-icr'], at),
    'test-icr': {
      at,
      do: (s: State) => (s[wiring.device.causeRead] === 1 ? next(0) : 'irq-none'),
    },
    ...Object.fromEntries(rest.flatMap((steps) => Object.entries(steps))),
    'irq-handled': {
      at: `${at} (returns IRQ_HANDLED${napi === null ? '' : ' after __napi_schedule'})`,
      cost: 'guestHandler',
      do: (s: State) => {
        if (napi !== null) s[napi] = 1;
        if (handled !== undefined) s[handled] = 1;
        return RETURN;
      },
    },
    'irq-none': {
      at: `${at} (returns IRQ_NONE: ${handled === undefined ? 'nothing to do' : 'not its interrupt'})`,
      cost: 'guestHandler',
      ...(handled === undefined ? { marks: ['spurious'] } : {}),
    },
  });
}

/**
 * NAPI of an e1000 when all packets are taken: unmasks at the function, then reads STATUS so that the write gets
 * there. Another interrupt may come in between. `otherWork` is what the poll does before, from `poll-work` to
 * `before-write-ims`; null if nobody cares.
 * Source: Linux drivers/net/ethernet/intel/e1000/e1000_main.c `e1000_clean` (6.12); traces X4b, X4m.
 */
export function e1000Clean(
  wiring: RegisterWiring,
  withInterruptsOn: InterruptsOn,
  otherWork: Readonly<Record<string, Step>> | null = null,
): Procedure {
  const at = `${FILE} e1000_clean (e1000_irq_enable)`;
  const stretch = (label: string, next: string, register: PciRegister): Record<string, Step> =>
    withInterruptsOn(at, label, registerAccess(wiring, register, [label, next], at));
  return procedure<string>(E1000_DRIVER, 'e1000_clean', {
    ...(otherWork ? withInterruptsOn(`${FILE} e1000_clean`, 'poll-work', otherWork) : {}),
    ...stretch('write-ims', 'before-flush-status', IMS_WRITE),
    ...stretch('flush-status', 'poll-done', STATUS_READ),
    'poll-done': { at: `${FILE} e1000_clean` },
  });
}

/**
 * What brings an e1000 back after a suspend, as far as its interrupt goes: the cause is read, so that the line goes down.
 * Another interrupt may come before. It goes on with `driver-ready`.
 * Source: Linux drivers/net/ethernet/intel/e1000/e1000_main.c `e1000_resume`, `e1000_reset` (6.12).
 */
export function resumeSteps(wiring: RegisterWiring, withInterruptsOn: InterruptsOn): Record<string, Step> {
  const at = `${FILE} e1000_resume (e1000_reset_hw: reads ICR)`;
  return withInterruptsOn(at, 'resume-device', {
    'resume-device': {
      at: `${FILE} e1000_resume, and all that the guest resumes before it`,
      cost: 'driverResume',
    },
    ...registerAccess(wiring, ICR_READ, ['resume-read-icr', 'driver-ready'], at),
  });
}
