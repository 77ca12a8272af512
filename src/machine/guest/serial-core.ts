import type { Field, State } from '../../engine/state.ts';
import type { Step } from '../../engine/step.ts';
import type { DriverCpu } from './driver-cpu.ts';

/** The function that takes what a program writes. */
export const SERIAL_SUBMIT_AT = 'Linux drivers/tty/serial/serial_core.c uart_write';

/** What a UART driver's write is wired to. */
export interface UartWriteWiring {
  readonly cpu: DriverCpu;
  /** Characters in the transmit buffer. */
  readonly toSend: Field;
  readonly characters: number;
  /** The wish to write is fulfilled. */
  readonly submitted: (s: State) => void;
}

/**
 * `uart_write` puts what a program writes into the buffer, before it has the driver start.
 * Source: Linux drivers/tty/serial/serial_core.c (6.12).
 */
export function fillBuffer({ toSend, characters, submitted }: UartWriteWiring): Step {
  return {
    at: `${SERIAL_SUBMIT_AT} (kfifo_in)`,
    cost: 'guestHandler',
    do: (s) => {
      s[toSend] = characters;
      submitted(s);
    },
  };
}

/** The end of `uart_write`: the port's lock goes, and interrupts are on again. */
export function unlockPort({ cpu }: UartWriteWiring): Step {
  return {
    at: `${SERIAL_SUBMIT_AT} (uart_port_unlock_deref: irqrestore)`,
    do: (s) => {
      cpu.irqsOn(s);
    },
  };
}
