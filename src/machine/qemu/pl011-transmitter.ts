import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { PL011 } from '../parties.ts';
import { DR_WRITE, pl011Update } from './pl011.ts';
import type { Pl011Wiring } from './pl011.ts';

const FILE = 'QEMU hw/char/pl011.c';

/** The transmitter, with a character device that takes each character at once. */
export interface Pl011Transmitter {
  readonly write: Procedure;
  readonly read: Procedure;
  /** A character that the guest has written and nobody has taken. */
  readonly holding: Field;
}

/**
 * Adds the transmitter, as a driver uses it that never waits for it: TXIM is off, so that its interrupt, which is pending
 * after every character, never gets to the line. All of it happens in the vCPU thread.
 * Source: QEMU hw/char/pl011.c `pl011_write`, `pl011_read`, `pl011_update` (7.2); the guest's console in traces A1.
 */
export function pl011Transmitter(
  m: ModelBuilder,
  { vcpu, lowerIrq }: Omit<Pl011Wiring, 'raiseIrq'>,
): Pl011Transmitter {
  const holding = m.field('UART DR', { values: ['empty', 'character'] });
  const updateIrq = pl011Update(lowerIrq, null, () => false);
  return {
    holding,
    write: procedure<string>(PL011, 'pl011_write', {
      'write-register': {
        at: `${FILE} pl011_write`,
        do: (s) => (s[vcpu.mmioRegister] === DR_WRITE ? undefined : 'update-interrupt'),
      },
      'transmit-character': {
        at: `${FILE} pl011_write (UARTDR: qemu_chr_fe_write_all)`,
        cost: 'syscall',
        marks: ['request-taken'],
        do: (s) => {
          s[holding] = 0;
        },
      },
      'update-interrupt': {
        at: `${FILE} pl011_write (UARTDR, UARTIMSC)`,
        cost: 'deviceModel',
        call: updateIrq,
      },
    }),
    read: procedure(PL011, 'pl011_read', {
      'read-register': { at: `${FILE} pl011_read (UARTFR: TXFF is never set)`, cost: 'deviceModel' },
    }),
  };
}
