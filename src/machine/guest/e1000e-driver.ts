import type { Field } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { ICR_READ, IMS_WRITE, STATUS_READ } from '../hardware/pci-function.ts';
import { E1000E_DRIVER } from '../parties.ts';
import { registerAccess } from './driver-cpu.ts';
import type { DriverCpu } from './driver-cpu.ts';

const FILE = 'Linux drivers/net/ethernet/intel/e1000e/netdev.c';

/** What the driver's handlers are wired to. */
export interface E1000eIrqWiring {
  readonly cpu: DriverCpu;
  readonly icrRead: Field;
  /** NAPI has been scheduled and has not run yet. */
  readonly napi: Field;
  /** What an interrupt that finds nothing is counted as. */
  readonly emptyMark: string;
}

function scheduleNapi(at: string, napi: Field): Record<string, Step> {
  return {
    'schedule-napi': {
      at: `${at} (__napi_schedule; returns IRQ_HANDLED)`,
      cost: 'guestHandler',
      do: (s) => {
        s[napi] = 1;
        return RETURN;
      },
    },
  };
}

/**
 * The handler of the line: reading the cause acknowledges and masks it; NAPI does the rest.
 * Source: Linux drivers/net/ethernet/intel/e1000e/netdev.c `e1000_intr` (6.12).
 */
export function e1000eIntr({ cpu, icrRead, napi, emptyMark }: E1000eIrqWiring): Procedure {
  const at = `${FILE} e1000_intr`;
  return procedure<string>(E1000E_DRIVER, 'e1000_intr', {
    ...registerAccess(cpu, 'read-icr', ICR_READ, `${at} (er32(ICR))`),
    'test-icr': { at, do: (s) => (s[icrRead] === 0 ? 'irq-none' : undefined) },
    ...scheduleNapi(at, napi),
    'irq-none': { at: `${at} (returns IRQ_NONE: not our interrupt)`, marks: [emptyMark] },
  });
}

/**
 * The handler of the receive vector touches no register.
 * Source: Linux drivers/net/ethernet/intel/e1000e/netdev.c `e1000_intr_msix_rx` (6.12).
 */
export function e1000eIntrMsixRx(napi: Field): Procedure {
  return procedure<string>(
    E1000E_DRIVER,
    'e1000_intr_msix_rx',
    scheduleNapi(`${FILE} e1000_intr_msix_rx`, napi),
  );
}

/** What NAPI is wired to. */
export interface E1000ePollWiring {
  readonly cpu: DriverCpu;
  readonly ring: Field;
  /** With a line the write that unmasks is flushed by a read. */
  readonly flushes: boolean;
}

/**
 * NAPI: takes all packets and lets the card interrupt again. Another interrupt may come in between. That buffers are
 * given back by a register write after every sixteenth packet is not modelled.
 * Source: Linux drivers/net/ethernet/intel/e1000e/netdev.c `e1000e_poll`, `e1000_irq_enable` (6.12).
 */
export function e1000ePoll({ cpu, ring, flushes }: E1000ePollWiring, interrupt: Procedure): Procedure {
  const poll = `${FILE} e1000e_poll`;
  const at = flushes ? `${FILE} e1000_irq_enable (ew32(IMS))` : `${poll} (ew32(IMS, ims_val))`;
  const flushAt = `${FILE} e1000_irq_enable (e1e_flush)`;
  return procedure<string>(E1000E_DRIVER, 'e1000e_poll', {
    'clean-rx': {
      at: `${FILE} e1000_clean_rx_irq (napi_complete_done)`,
      cost: 'virtqueueGet',
      do: (s) => {
        s[ring] = 0;
      },
    },
    // Its cause is masked up to here.
    ...registerAccess(cpu, 'write-ims', IMS_WRITE, at),
    ...(flushes
      ? cpu.withIrqsOn(
          interrupt,
          flushAt,
          'flush-status',
          registerAccess(cpu, 'flush-status', STATUS_READ, flushAt),
        )
      : {}),
    'poll-done': { at: poll },
  });
}
