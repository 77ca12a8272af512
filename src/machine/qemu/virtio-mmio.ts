import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { VIRTIO_BLK } from '../parties.ts';
import { NOT_LOWERED } from './virtio-pci-intx.ts';
import type { IsrRegister } from './virtio-pci-intx.ts';

const FILE = 'QEMU hw/virtio/virtio-mmio.c';

/** The ioctls that a change of the device's line ends in. */
export interface MmioLine {
  /** A what-if: it stays up for ever. */
  readonly staysUp?: boolean;
  readonly raise: Procedure;
  readonly lower: Procedure;
}

/** What the trace of QEMU prints of a change of the line. */
function settingIrq(level: 0 | 1): string {
  return `qemu:virtio_mmio_setting_irq virtio_mmio setting IRQ ${String(level)}`;
}

/**
 * The device raises its line, under the BQL. Whether the line is up already makes no difference: every time is an ioctl.
 * Source: QEMU hw/virtio/virtio.c `virtio_irq`, hw/virtio/virtio-mmio.c `virtio_mmio_update_irq` (7.2); traces
 * A1-gicv2-blk-mmio-ioeventfd-on and -off.
 */
export function raiseMmioIrq({ queue }: IsrRegister, { raise }: MmioLine): Procedure {
  return procedure(VIRTIO_BLK, 'virtio_irq', {
    'raise-irq': {
      at: `${FILE} virtio_mmio_update_irq (virtio_irq: virtio_set_isr; qemu_set_irq)`,
      cost: 'deviceModel',
      emits: [settingIrq(1)],
      do: (s) => {
        s[queue] = 1;
      },
      call: raise,
    },
  });
}

/** The guest reads InterruptStatus, which changes nothing. Source: QEMU hw/virtio/virtio-mmio.c `virtio_mmio_read` (7.2). */
export function readInterruptStatus(isr: IsrRegister): Procedure {
  return procedure(VIRTIO_BLK, 'virtio_mmio_read', {
    'read-isr-register': {
      at: `${FILE} virtio_mmio_read (VIRTIO_MMIO_INTERRUPT_STATUS)`,
      emits: ['qemu:virtio_mmio_read virtio_mmio_read offset 0x60'],
      do: (s) => {
        s[isr.value] = s[isr.queue] as number;
      },
    },
  });
}

/** What writes to the device's registers reach. */
export interface MmioWriteWiring {
  readonly isr: IsrRegister;
  readonly line: MmioLine;
  readonly isAcknowledge: (s: State) => boolean;
  /** What a write to QueueNotify runs; null if an ioeventfd takes them all. */
  readonly handleQueue: Procedure | null;
  /** Whether the device sets the register without the BQL, so that it may be set again before QEMU looks at it. */
  readonly setsIsrUnlocked: boolean;
}

/**
 * A write to a register that reaches QEMU, under the BQL: QueueNotify runs the queue's handler, InterruptACK clears what
 * the guest has read of InterruptStatus and sets the line to what is left.
 * Source: QEMU hw/virtio/virtio-mmio.c `virtio_mmio_write`, `virtio_mmio_update_irq` (7.2); traces
 * A1-gicv2-blk-mmio-ioeventfd-on and -off.
 */
export function virtioMmioWrite(wiring: MmioWriteWiring): Procedure {
  const { isr, line, isAcknowledge, handleQueue } = wiring;
  return procedure<string>(VIRTIO_BLK, 'virtio_mmio_write', {
    ...(handleQueue === null
      ? {}
      : {
          'write-notify-register': {
            at: `${FILE} virtio_mmio_write (VIRTIO_MMIO_QUEUE_NOTIFY: virtio_queue_notify)`,
            emits: [
              (_after, before) =>
                isAcknowledge(before)
                  ? ''
                  : 'qemu:virtio_mmio_write_offset virtio_mmio_write offset 0x50 value 0x0',
            ],
            do: (s) => (isAcknowledge(s) ? 'acknowledge-isr' : undefined),
            call: handleQueue,
          },
          'notify-register-written': { at: `${FILE} virtio_mmio_write`, do: () => RETURN },
        }),
    'acknowledge-isr': {
      at: `${FILE} virtio_mmio_write (VIRTIO_MMIO_INTERRUPT_ACK: qatomic_and of the ISR)`,
      emits: [
        (s) => `qemu:virtio_mmio_write_offset virtio_mmio_write offset 0x64 value 0x${String(s[isr.value])}`,
      ],
      do: (s) => {
        if (s[isr.value] === 1) s[isr.queue] = 0;
      },
    },
    ...(line.staysUp === true ? { 'leave-line-up': { at: NOT_LOWERED } } : updateIrq(wiring)),
  });
}

function updateIrq({ isr, line, setsIsrUnlocked }: MmioWriteWiring): Record<string, Step> {
  return {
    'update-irq': {
      at: `${FILE} virtio_mmio_update_irq (qemu_set_irq)`,
      emits: [(s) => settingIrq(s[isr.queue] === 1 ? 1 : 0)],
      ...(setsIsrUnlocked ? { do: (s: State) => (s[isr.queue] === 1 ? 'keep-irq' : undefined) } : {}),
      call: line.lower,
    },
    ...(setsIsrUnlocked
      ? {
          'irq-lowered': { at: `${FILE} virtio_mmio_update_irq`, do: () => RETURN },
          'keep-irq': { at: `${FILE} virtio_mmio_update_irq (qemu_set_irq: still 1)`, call: line.raise },
        }
      : {}),
  };
}
