import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Party, Procedure } from '../../engine/step.ts';
import type { Eventfd } from '../kernel/eventfd.ts';
import { VIRTIO_BLK } from '../parties.ts';

const FILE = 'QEMU hw/virtio/virtio-pci.c';

/** The ISR register of a virtio device, as far as queues go. */
export interface IsrRegister {
  /** A queue was used, and the guest has not read it. */
  readonly queue: Field;
  /** What the guest's last read has found. */
  readonly value: Field;
}

/** Adds the register. */
export function isrRegister(m: ModelBuilder): IsrRegister {
  return {
    queue: m.field('ISR', { values: ['clear', 'queue'] }),
    value: m.field('ISR as read', { values: ['clear', 'queue'] }),
  };
}

/** Where QEMU would lower the line, and does not: a what-if. */
export const NOT_LOWERED = 'what-if, in no release: the line is left up';

/** The line of a PCI device as QEMU has it. */
export interface PciLine {
  /** Whether it is up (`irq_state` of the device). */
  readonly isUp: (s: State) => boolean;
  /** A what-if: it stays up for ever. */
  readonly staysUp?: boolean;
  /** The ioctls that a change ends in. */
  readonly raise: Procedure;
  readonly lower: Procedure;
}

/**
 * The device raises its line, under the BQL; a line that is up already costs no ioctl.
 * Source: QEMU hw/virtio/virtio.c `virtio_irq`, hw/virtio/virtio-pci.c `virtio_pci_notify`, hw/pci/pci.c
 * `pci_irq_handler` (7.2); trace X1-blk-vectors0-intx.
 */
export function raiseIntx(isr: IsrRegister, line: PciLine, party = VIRTIO_BLK): Procedure {
  return procedure(party, 'virtio_irq', {
    'raise-intx': {
      at: `${FILE} virtio_pci_notify (pci_set_irq)`,
      cost: 'deviceModel',
      do: (s) => {
        s[isr.queue] = 1;
        return line.isUp(s) ? RETURN : undefined;
      },
      call: line.raise,
    },
  });
}

/**
 * The guest reads the ISR register: QEMU clears it and lowers the line.
 * Source: QEMU hw/virtio/virtio-pci.c `virtio_pci_isr_read`, `virtio_ioport_read` (7.2); trace as above.
 */
export function isrRead(
  transport: 'modern' | 'legacy',
  isr: IsrRegister,
  line: PciLine,
  party = VIRTIO_BLK,
): Procedure {
  const name = transport === 'modern' ? 'virtio_pci_isr_read' : 'virtio_ioport_read';
  return procedure<string>(party, name, {
    'read-isr-register': {
      at: `${FILE} ${name} (qatomic_xchg, pci_irq_deassert)`,
      do: (s) => {
        s[isr.value] = s[isr.queue] as number;
        s[isr.queue] = 0;
        if (line.staysUp === true) return undefined;
        return line.isUp(s) ? undefined : RETURN;
      },
      ...(line.staysUp === true ? {} : { call: line.lower }),
    },
    ...(line.staysUp === true ? { 'leave-line-up': { at: NOT_LOWERED } } : {}),
  });
}

/**
 * A guest notifier that no irqfd takes: the main loop reads back what the device's thread has written, and raises the
 * line. Source: QEMU hw/virtio/virtio.c `virtio_queue_guest_notifier_read` (7.2); trace as above.
 */
export function guestNotifierRead(party: Party, { count }: Eventfd, raise: Procedure): Procedure {
  return procedure(party, 'virtio_queue_guest_notifier_read', {
    'read-guest-notifier': {
      at: 'QEMU hw/virtio/virtio.c virtio_queue_guest_notifier_read (event_notifier_test_and_clear)',
      cost: 'eventfdRead',
      emits: ['syscalls:sys_enter_read', 'function:eventfd_read'],
      do: (s) => {
        s[count] = 0;
      },
      call: raise,
    },
  });
}
