import type { Field } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { SERIAL_DRIVER } from '../parties.ts';
import { IIR_READ, LSR_READ, MSR_READ, THR_WRITE, THRI_OFF_WRITE, THRI_ON_WRITE } from '../qemu/serial.ts';
import { registerAccess } from './driver-cpu.ts';
import type { DriverCpu } from './driver-cpu.ts';
import { fillBuffer, unlockPort } from './serial-core.ts';
import type { UartWriteWiring } from './serial-core.ts';

const CORE = 'Linux drivers/tty/serial/8250/8250_core.c';
const PORT = 'Linux drivers/tty/serial/8250/8250_port.c';
/**
 * The driver takes what a program writes and asks for an interrupt as soon as the transmitter is empty, which it is: all
 * with the port's lock held and interrupts off.
 * Source: Linux drivers/tty/serial/serial_core.c `uart_write`, 8250/8250_port.c `serial8250_start_tx` (6.12); traces X1.
 */
export function uartWrite(wiring: UartWriteWiring): Procedure {
  const { cpu } = wiring;
  return procedure<string>(SERIAL_DRIVER, 'uart_write', {
    'fill-buffer': fillBuffer(wiring),
    ...registerAccess(cpu, 'enable-thri', THRI_ON_WRITE, `${PORT} serial8250_start_tx (serial8250_set_THRI)`),
    'unlock-port': unlockPort(wiring),
  });
}

/** What the driver's interrupt handler is wired to. */
export interface Serial8250Wiring {
  readonly cpu: DriverCpu;
  readonly toSend: Field;
  readonly holding: Field;
  readonly iirRead: Field;
  /** What an interrupt that finds nothing is counted as. */
  readonly emptyMark: string;
}

/**
 * The handler: asks why until there is no reason left, reads line and modem status, writes what there is, up to the FIFO's
 * 16 characters, and wants no more interrupts when that was all. Every access leaves to QEMU.
 * Source: Linux drivers/tty/serial/8250/8250_core.c `serial8250_interrupt`, 8250_port.c `serial8250_handle_irq`,
 * `serial8250_tx_chars` (6.12); traces X1.
 */
export function serial8250Interrupt(wiring: Serial8250Wiring): Procedure {
  const { cpu, toSend, holding, iirRead, emptyMark } = wiring;
  const handle = `${PORT} serial8250_handle_irq`;
  const send = `${PORT} serial8250_tx_chars`;
  return procedure<string>(SERIAL_DRIVER, 'serial8250_interrupt', {
    ...registerAccess(cpu, 'read-iir', IIR_READ, `${PORT} serial8250_default_handle_irq (UART_IIR)`, {
      then: (s) => (s[iirRead] === 1 ? undefined : 'irq-none'),
    }),
    ...registerAccess(cpu, 'read-lsr', LSR_READ, `${handle} (serial_lsr_in)`),
    ...registerAccess(cpu, 'read-msr', MSR_READ, `${PORT} serial8250_modem_status (UART_MSR)`),
    ...registerAccess(cpu, 'write-character-to-thr', THR_WRITE, `${send} (UART_TX)`, {
      before: (s) => {
        s[toSend] = (s[toSend] as number) - 1;
        s[holding] = 1;
      },
      then: (s) => (s[toSend] === 0 ? undefined : 'write-character-to-thr'),
    }),
    ...registerAccess(cpu, 'disable-thri', THRI_OFF_WRITE, `${PORT} __stop_tx (serial8250_clear_THRI)`),
    ...registerAccess(cpu, 'read-iir-again', IIR_READ, `${CORE} serial8250_interrupt (once more: UART_IIR)`),
    'irq-handled': {
      at: `${CORE} serial8250_interrupt (returns IRQ_HANDLED)`,
      do: () => RETURN,
      local: true,
    },
    'irq-none': { at: `${CORE} serial8250_interrupt (returns IRQ_NONE: no reason)`, marks: [emptyMark] },
  });
}
