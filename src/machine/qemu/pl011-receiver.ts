import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { PL011 } from '../parties.ts';
import { DR_READ, pl011Update, RIS_READ } from './pl011.ts';
import type { Pl011Wiring } from './pl011.ts';

const FILE = 'QEMU hw/char/pl011.c';

/** What the receiver is wired to besides. */
export interface Pl011ReceiverWiring extends Pl011Wiring {
  /** Whether the character device has a character for the guest. */
  readonly chardev: Field;
  /** Characters that the FIFO takes, 16 in reality. */
  readonly depth: number;
  /** `qemu_notify_event`: the guest has made room, and the main loop is to ask again. */
  readonly notifyEvent: Procedure;
}

/** The receiver. */
export interface Pl011Receiver {
  /** `fd_chr_read`, in the main loop. */
  readonly receive: Procedure;
  /** `pl011_can_receive`. */
  readonly canReceive: (s: State) => boolean;
  readonly write: Procedure;
  readonly read: Procedure;
  /** Characters that the guest has not read. */
  readonly fifo: Field;
  /** UARTRIS and UARTFR as the guest has read them last. */
  readonly risRead: Field;
  readonly frRead: Field;
}

/**
 * Adds the receiver, whose interrupts the driver has enabled. The main loop takes a character at a time and raises the
 * line for the first that is in the FIFO; the guest's read of the last lowers it. In between every access that may change
 * the line sets it again.
 * Source: QEMU hw/char/pl011.c `pl011_receive`, `pl011_put_fifo`, `pl011_read`, `pl011_write`, chardev/char-fd.c
 * `fd_chr_read`, chardev/char-fe.c `qemu_chr_fe_accept_input` (7.2; 10.2 takes as many as there is room for). No
 * trace.
 */
export function pl011Receiver(m: ModelBuilder, wiring: Pl011ReceiverWiring): Pl011Receiver {
  const { vcpu, chardev, depth } = wiring;
  const fifo = m.field('UART FIFO', { notable: true, max: depth });
  const risRead = m.field('UART RIS as read', { values: ['no interrupt', 'RX'] });
  const frRead = m.field('UART FR as read', { values: ['RXFE', 'characters'] });
  const hasCharacters = (s: State): number => (s[fifo] === 0 ? 0 : 1);
  const updateIrq = pl011Update(wiring.lowerIrq, wiring.raiseIrq, (s) => s[fifo] !== 0);
  return {
    fifo,
    risRead,
    frRead,
    canReceive: (s) => (s[fifo] as number) < depth,
    receive: procedure<string>(PL011, 'fd_chr_read', {
      'read-character': {
        at: 'QEMU chardev/char-fd.c fd_chr_read (qio_channel_read)',
        cost: 'syscall',
        emits: ['syscalls:sys_enter_read'],
        do: (s) => {
          s[chardev] = 0;
        },
      },
      'put-fifo': {
        at: `${FILE} pl011_receive (pl011_put_fifo)`,
        cost: 'deviceModel',
        do: (s) => {
          s[fifo] = (s[fifo] as number) + 1;
          return s[fifo] === 1 ? undefined : RETURN;
        },
        call: updateIrq,
      },
    }),
    write: procedure(PL011, 'pl011_write', {
      'clear-interrupts': {
        at: `${FILE} pl011_write (UARTICR: nothing of the receiver's)`,
        cost: 'deviceModel',
        call: updateIrq,
      },
    }),
    read: procedure<string>(PL011, 'pl011_read', {
      'read-register': {
        at: `${FILE} pl011_read`,
        cost: 'deviceModel',
        do: (s) => {
          const register = s[vcpu.mmioRegister];
          if (register === DR_READ) return undefined;
          s[register === RIS_READ ? risRead : frRead] = hasCharacters(s);
          return RETURN;
        },
      },
      'take-character': {
        at: `${FILE} pl011_read (UARTDR)`,
        do: (s) => {
          s[fifo] = (s[fifo] as number) - 1;
        },
        call: updateIrq,
      },
      'accept-input': {
        at: 'QEMU chardev/char-fe.c qemu_chr_fe_accept_input (qemu_notify_event)',
        call: wiring.notifyEvent,
      },
    }),
  };
}
