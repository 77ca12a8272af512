import type { Field } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { PL011_DRIVER } from '../parties.ts';
import { DR_READ, DR_WRITE, FR_READ, ICR_WRITE, IMSC_WRITE, RIS_READ } from '../qemu/pl011.ts';
import { registerAccess } from './driver-cpu.ts';
import type { DriverCpu } from './driver-cpu.ts';
import { fillBuffer, unlockPort } from './serial-core.ts';
import type { UartWriteWiring } from './serial-core.ts';

const FILE = 'Linux drivers/tty/serial/amba-pl011.c';

/** What the driver's write is wired to. */
export interface Pl011WriteWiring extends UartWriteWiring {
  readonly holding: Field;
}

/**
 * The driver takes what a program writes and sends as much as the UART takes, with the port's lock held and interrupts
 * off: QEMU's takes all, so that the driver never asks for an interrupt. Before each character it looks whether there is
 * room, at the end it switches the transmitter's interrupt off: every access leaves to QEMU.
 * Source: Linux drivers/tty/serial/serial_core.c `uart_write`, amba-pl011.c `pl011_start_tx_pio`, `pl011_tx_chars`,
 * `pl011_tx_char`, `pl011_stop_tx` (6.12); traces A1.
 */
export function pl011Write(wiring: Pl011WriteWiring): Procedure {
  const { cpu, toSend, holding } = wiring;
  return procedure<string>(PL011_DRIVER, 'uart_write', {
    'fill-buffer': fillBuffer(wiring),
    ...registerAccess(cpu, 'read-fr', FR_READ, `${FILE} pl011_tx_char (REG_FR: TXFF)`),
    ...registerAccess(cpu, 'write-character-to-dr', DR_WRITE, `${FILE} pl011_tx_char (REG_DR)`, {
      before: (s) => {
        s[toSend] = (s[toSend] as number) - 1;
        s[holding] = 1;
      },
      then: (s) => (s[toSend] === 0 ? undefined : 'read-fr'),
    }),
    ...registerAccess(cpu, 'disable-txim', IMSC_WRITE, `${FILE} pl011_stop_tx (REG_IMSC: TXIM off)`),
    'unlock-port': unlockPort(wiring),
  });
}

/** What the driver's interrupt handler is wired to. */
export interface Pl011IntWiring {
  readonly cpu: DriverCpu;
  readonly risRead: Field;
  readonly frRead: Field;
  /** What an interrupt that finds nothing is counted as. */
  readonly emptyMark: string;
}

/**
 * The handler: asks why, acknowledges what else there is (nothing), reads characters until there is none, hands them to the
 * terminal, and asks once more. Every access leaves to QEMU. That it stops after 256 characters is left out.
 * Source: Linux drivers/tty/serial/amba-pl011.c `pl011_int`, `pl011_rx_chars`, `pl011_fifo_to_tty` (6.12).
 */
export function pl011Int({ cpu, risRead, frRead, emptyMark }: Pl011IntWiring): Procedure {
  const drain = `${FILE} pl011_fifo_to_tty`;
  return procedure<string>(PL011_DRIVER, 'pl011_int', {
    ...registerAccess(cpu, 'read-ris', RIS_READ, `${FILE} pl011_int (REG_RIS)`, {
      then: (s) => (s[risRead] === 1 ? undefined : 'irq-none'),
    }),
    ...registerAccess(cpu, 'write-icr', ICR_WRITE, `${FILE} pl011_int (REG_ICR: not RXIS, RTIS, TXIS)`),
    ...registerAccess(cpu, 'read-fr', FR_READ, `${drain} (REG_FR: RXFE)`, {
      then: (s) => (s[frRead] === 1 ? undefined : 'push-to-terminal'),
    }),
    ...registerAccess(cpu, 'read-dr', DR_READ, `${drain} (REG_DR; tty_insert_flip_char)`, {
      then: () => 'read-fr',
    }),
    'push-to-terminal': { at: `${FILE} pl011_rx_chars (tty_flip_buffer_push)`, cost: 'guestHandler' },
    ...registerAccess(cpu, 'read-ris-again', RIS_READ, `${FILE} pl011_int (once more: REG_RIS)`, {
      then: (s) => (s[risRead] === 1 ? 'write-icr' : undefined),
    }),
    'irq-handled': { at: `${FILE} pl011_int (returns IRQ_HANDLED)`, do: () => RETURN, local: true },
    'irq-none': { at: `${FILE} pl011_int (returns IRQ_NONE: no reason)`, marks: [emptyMark] },
  });
}
