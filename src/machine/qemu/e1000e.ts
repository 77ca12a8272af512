import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { ICR_READ, IMS_WRITE } from '../hardware/pci-function.ts';
import type { TrappingVcpu } from '../guest/mmio-access.ts';
import { E1000E, MAIN_LOOP } from '../parties.ts';
import type { PciInterrupt } from './pci-interrupt.ts';

const FILE = 'QEMU hw/net/e1000e_core.c';

/** What the card is wired to. */
export interface E1000eWiring {
  readonly vcpu: Pick<TrappingVcpu, 'mmioRegister'>;
  /** A packet that the host has for the guest, at the tap. */
  readonly tap: Field;
  readonly interrupt: PciInterrupt;
}

/** The receiving side of an 82574L. */
export interface E1000e {
  /** `tap_send`, in the main loop. */
  readonly receive: Procedure;
  readonly mmioWrite: Procedure;
  /** Packets in the receive ring that the driver has not taken. */
  readonly ring: Field;
  /** The cause in IMS: whether it may interrupt. */
  readonly enabled: Field;
  /** What the driver reads: ICR as the guest has read it last, and who answers; null with messages, where it reads nothing. */
  readonly reads: { readonly icrRead: Field; readonly mmioRead: Procedure } | null;
  readonly isAtRest: (s: State) => boolean;
}

/**
 * Adds the card, as far as it receives: the main loop reads a packet from the tap, writes it to the guest's memory and
 * sets the cause. An interrupt masks its own cause: by a message at once (EIAC, EIAM), by the line when ICR is read (IAM).
 * Interrupt throttling and the transmitter are not modelled.
 * Source: QEMU net/tap.c `tap_send`, hw/net/e1000e_core.c `e1000e_receive_iov`, `e1000e_update_interrupt_state`,
 * `e1000e_msix_notify_one`, `e1000e_mac_icr_read`, `e1000e_set_ims` (7.2). No trace.
 */
export function e1000e(m: ModelBuilder, { vcpu, tap, interrupt }: E1000eWiring): E1000e {
  const ring = m.field('receive ring', { values: ['empty', 'packets'] });
  const cause = m.field('ICR', { notable: true, values: ['clear', 'RXQ0'] });
  const enabled = m.field('IMS', { initial: 1, notable: true, values: ['masked', 'RXQ0'] });
  const raise =
    interrupt.kind === 'msi'
      ? msixNotify(interrupt, (s) => {
          s[cause] = 0;
          s[enabled] = 0;
        })
      : interrupt.raise;
  return {
    ring,
    enabled,
    isAtRest: (s) => s[tap] === 0 && s[ring] === 0 && s[cause] === 0 && s[enabled] === 1,
    receive: procedure<string>(MAIN_LOOP, 'tap_send', {
      'read-packet': {
        at: 'QEMU net/tap.c tap_send (tap_read_packet)',
        cost: 'syscall',
        emits: ['syscalls:sys_enter_read'],
        do: (s) => {
          s[tap] = 0;
        },
      },
      'receive-packet': {
        at: `${FILE} e1000e_receive_iov (e1000e_write_packet_to_guest)`,
        cost: 'virtqueuePush',
        do: (s) => {
          s[ring] = 1;
        },
      },
      'set-interrupt-cause': {
        at: `${FILE} e1000e_set_interrupt_cause, e1000e_update_interrupt_state`,
        cost: 'deviceModel',
        do: (s) => {
          const wasUp = s[cause] === 1;
          s[cause] = 1;
          return s[enabled] === 0 || wasUp ? RETURN : undefined;
        },
        call: raise,
      },
    }),
    mmioWrite: procedure<string>(E1000E, 'e1000e_mmio_write', {
      'write-register': {
        at: `${FILE} e1000e_core_write (e1000e_set_ims), e1000e_update_interrupt_state`,
        cost: 'deviceModel',
        do: (s) => {
          if (s[vcpu.mmioRegister] !== IMS_WRITE) return RETURN;
          s[enabled] = 1;
          return s[cause] === 0 ? RETURN : undefined;
        },
        call: raise,
      },
    }),
    reads: interrupt.kind === 'line' ? icrReads(m, { vcpu, cause, enabled, lower: interrupt.lower }) : null,
  };
}

/** A read of ICR takes the cause, masks it and lowers the line; other registers are only read. */
function icrReads(
  m: ModelBuilder,
  wiring: {
    readonly vcpu: Pick<TrappingVcpu, 'mmioRegister'>;
    readonly cause: Field;
    readonly enabled: Field;
    readonly lower: Procedure;
  },
): NonNullable<E1000e['reads']> {
  const { vcpu, cause, enabled, lower } = wiring;
  const icrRead = m.field('ICR as read', { values: ['clear', 'RXQ0'] });
  return {
    icrRead,
    mmioRead: procedure<string>(E1000E, 'e1000e_mmio_read', {
      'read-register': {
        at: `${FILE} e1000e_core_read (e1000e_mac_icr_read: IAME)`,
        cost: 'deviceModel',
        do: (s) => {
          if (s[vcpu.mmioRegister] !== ICR_READ) return RETURN;
          s[icrRead] = s[cause] as number;
          if (s[cause] === 0) return RETURN;
          s[cause] = 0;
          s[enabled] = 0;
          return undefined;
        },
        call: lower,
      },
    }),
  };
}

/** `e1000e_msix_notify_one`: the message, then the cause is cleared and masked. */
function msixNotify(
  { send, sendAt }: Pick<Extract<PciInterrupt, { kind: 'msi' }>, 'send' | 'sendAt'>,
  clear: (s: State) => void,
): Procedure {
  return procedure(E1000E, 'e1000e_msix_notify_one', {
    'notify-vector': {
      at: `${FILE} e1000e_msix_notify_one (msix_notify, ${sendAt})`,
      cost: 'deviceModel',
      call: send,
    },
    'auto-clear': {
      at: 'QEMU hw/net/e1000e_core.c e1000e_msix_notify_one (EIAC, e1000e_clear_ims_bits: EIAM)',
      do: (s) => {
        clear(s);
      },
    },
  });
}
