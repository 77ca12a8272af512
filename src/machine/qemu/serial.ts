import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { TrappingVcpu } from '../guest/mmio-access.ts';
import { SERIAL } from '../parties.ts';

const FILE = 'QEMU hw/char/serial.c';

/** Accesses to the registers of a 16550, by the numbers that they trap with: first the writes, then the reads. */
export const THRI_ON_WRITE = 1;
export const THRI_OFF_WRITE = 2;
export const THR_WRITE = 3;
export const IIR_READ = 4;
export const LSR_READ = 5;
export const MSR_READ = 6;

/** The ports of the first UART of a PC. */
const PORTS: Readonly<Record<number, number>> = {
  [THRI_ON_WRITE]: 0x3f9,
  [THRI_OFF_WRITE]: 0x3f9,
  [THR_WRITE]: 0x3f8,
  [IIR_READ]: 0x3fa,
  [LSR_READ]: 0x3fd,
  [MSR_READ]: 0x3fe,
};

/** The port that an access is to. */
export function serialPort(register: number): number {
  return PORTS[register] ?? 0x3f8;
}

/** What the UART is wired to. */
export interface SerialWiring {
  readonly vcpu: Pick<TrappingVcpu, 'mmioRegister'>;
  readonly raiseIrq: Procedure;
  readonly lowerIrq: Procedure;
}

/** A 16550A with a character device that takes each character at once. */
export interface Serial {
  readonly ioportWrite: Procedure;
  readonly ioportRead: Procedure;
  /** A character that the guest has written and nobody has taken: not LSR.THRE. */
  readonly holding: Field;
  /** What the guest's last read of IIR has found. */
  readonly iirRead: Field;
  /** Whether IIR says that there is an interrupt. */
  readonly isPending: (s: State) => boolean;
}

/**
 * Adds the transmitter. All of it happens in the vCPU thread: a character written goes out before the guest goes on, and
 * the line is brought up to date by ioctls whether it changes or not. A character device that is full, the receiver and
 * modem lines are not modelled.
 * Source: QEMU hw/char/serial.c `serial_ioport_write`, `serial_xmit`, `serial_ioport_read`, `serial_update_irq` (7.2);
 * the guest's console in traces X1.
 */
export function serial(m: ModelBuilder, { vcpu, raiseIrq, lowerIrq }: SerialWiring): Serial {
  const thri = m.field('UART IER.THRI', { values: ['off', 'on'] });
  const thrIpending = m.field('thr_ipending', { values: ['no', 'yes'] });
  const holding = m.field('UART THR', { values: ['empty', 'full'] });
  const iirRead = m.field('UART IIR as read', { values: ['no interrupt', 'THR empty'] });
  const isPending = (s: State): boolean => s[thri] === 1 && s[thrIpending] === 1;
  const updateIrq = procedure<string>(SERIAL, 'serial_update_irq', {
    'update-irq': {
      at: `${FILE} serial_update_irq (qemu_irq_raise)`,
      do: (s) => (isPending(s) ? undefined : 'update-irq-low'),
      call: raiseIrq,
    },
    'irq-raised': { at: `${FILE} serial_update_irq`, do: () => RETURN, local: true },
    'update-irq-low': { at: `${FILE} serial_update_irq (qemu_irq_lower)`, call: lowerIrq },
  });
  return {
    holding,
    iirRead,
    isPending,
    ioportWrite: procedure<string>(SERIAL, 'serial_ioport_write', {
      'write-register': {
        at: `${FILE} serial_ioport_write`,
        do: (s) => (s[vcpu.mmioRegister] === THR_WRITE ? 'write-thr' : undefined),
      },
      'write-ier': {
        at: `${FILE} serial_ioport_write (UART_IER: THRI has changed)`,
        cost: 'deviceModel',
        do: (s) => {
          s[thri] = s[vcpu.mmioRegister] === THRI_ON_WRITE ? 1 : 0;
          s[thrIpending] = s[thri];
        },
        call: updateIrq,
      },
      'ier-written': { at: `${FILE} serial_ioport_write`, do: () => RETURN, local: true },
      'write-thr': {
        at: `${FILE} serial_ioport_write (UART_THR: not THRE any more)`,
        cost: 'deviceModel',
        do: (s) => {
          s[thrIpending] = 0;
        },
        call: updateIrq,
      },
      'transmit-character': {
        at: `${FILE} serial_xmit (THRE again)`,
        marks: ['request-taken'],
        do: (s) => {
          s[holding] = 0;
          s[thrIpending] = 1;
        },
        call: updateIrq,
      },
      'write-character': { at: `${FILE} serial_xmit (qemu_chr_fe_write)`, cost: 'syscall' },
    }),
    ioportRead: procedure<string>(SERIAL, 'serial_ioport_read', {
      'read-register': {
        at: `${FILE} serial_ioport_read`,
        cost: 'deviceModel',
        do: (s) => {
          if (s[vcpu.mmioRegister] !== IIR_READ) return RETURN;
          s[iirRead] = isPending(s) ? 1 : 0;
          if (s[iirRead] === 0) return RETURN;
          s[thrIpending] = 0;
          return undefined;
        },
        call: updateIrq,
      },
    }),
  };
}
