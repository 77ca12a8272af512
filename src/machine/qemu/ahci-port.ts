import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { Disk } from '../hardware/disk.ts';
import type { TrappingVcpu } from '../guest/mmio-access.ts';
import { AHCI } from '../parties.ts';
import { aioNotification } from './aio-context.ts';
import type { AioNotifier, BottomHalf } from './aio-context.ts';
import type { PciInterrupt } from './pci-interrupt.ts';

const FILE = 'QEMU hw/ide/ahci.c';

/** Accesses to registers of the controller and its port, by the numbers that they trap with: first the writes, then the reads. */
export const SCR_ACT_WRITE = 17;
export const CMD_ISSUE_WRITE = 18;
export const PORT_IRQ_STAT_WRITE = 19;
export const HOST_IRQ_STAT_WRITE = 20;
export const HOST_IRQ_STAT_READ = 21;
export const PORT_IRQ_STAT_READ = 22;
export const SCR_ACT_READ = 23;
/** The largest of them. */
export const AHCI_REGISTERS = SCR_ACT_READ;

const OFFSETS: Readonly<Record<number, number>> = {
  [SCR_ACT_WRITE]: 0x134,
  [CMD_ISSUE_WRITE]: 0x138,
  [PORT_IRQ_STAT_WRITE]: 0x110,
  [HOST_IRQ_STAT_WRITE]: 0x8,
  [HOST_IRQ_STAT_READ]: 0x8,
  [PORT_IRQ_STAT_READ]: 0x110,
  [SCR_ACT_READ]: 0x134,
};

/** The place of a register in BAR 5. */
export function ahciOffset(register: number): number {
  return OFFSETS[register] ?? 0;
}

/** What the controller is wired to. */
export interface AhciPortWiring {
  readonly vcpu: Pick<TrappingVcpu, 'mmioRegister'>;
  readonly disk: Disk;
  readonly depth: number;
  /** Requests that the thread pool has finished. */
  readonly finished: Field;
  /** Of the event loop in which they are completed. */
  readonly notifier: AioNotifier;
  readonly interrupt: PciInterrupt;
}

/** The controller, as far as one disk at its first port goes, with native command queueing. */
export interface AhciPort {
  /** A command that the guest has issued and the controller has not started. */
  readonly issued: Field;
  /** Whether PxIS says that there is something to see. */
  readonly irqStat: Field;
  /** HOST_IRQ_STAT as the guest has read it last. */
  readonly statusRead: Field;
  /** Commands that the guest's last read of PxSACT has shown to be done. */
  readonly doneRead: Field;
  readonly memWrite: Procedure;
  readonly memRead: Procedure;
  readonly bottomHalf: BottomHalf;
  readonly isCallAtRest: (s: State) => boolean;
}

/**
 * Adds the controller. A command is parsed and handed to the thread pool in the vCPU thread that issues it; its end is
 * the main loop's. The line is moved only when it changes (`pci_irq_handler`), a message is sent at every look that
 * finds a reason.
 * Source: QEMU hw/ide/ahci.c `ahci_port_write`, `check_cmd`, `process_ncq_command`, `ncq_finish`, `ahci_check_irq`,
 * `ahci_mem_write` (7.2). No trace.
 */
export function ahciPort(m: ModelBuilder, wiring: AhciPortWiring): AhciPort {
  const { vcpu, disk, depth, finished, interrupt } = wiring;
  const again = aioNotification(wiring.notifier);
  const issued = m.field('PxCI', { values: ['clear', 'issued'] });
  const irqStat = m.field('PxIS', { notable: true, values: ['clear', 'SDBS'] });
  const statusRead = m.field('AHCI IS as read', { values: ['clear', 'port'] });
  const done = m.field('commands done', { max: depth });
  const doneRead = m.field('commands done as read', { max: depth });
  const isMsi = interrupt.kind === 'msi';
  const raise = isMsi ? msiNotify(interrupt) : interrupt.raise;
  return {
    issued,
    irqStat,
    statusRead,
    doneRead,
    memWrite: procedure<string>(AHCI, 'ahci_mem_write', {
      'write-register': {
        at: `${FILE} ahci_mem_write, ahci_port_write`,
        do: (s) => {
          const register = s[vcpu.mmioRegister];
          if (register === PORT_IRQ_STAT_WRITE) return 'clear-port-irq-stat';
          if (register === HOST_IRQ_STAT_WRITE && isMsi) return 'check-irq';
          return register === CMD_ISSUE_WRITE ? undefined : RETURN;
        },
      },
      'check-cmd': {
        at: `${FILE} ahci_port_write (PORT_CMD_ISSUE), check_cmd, process_ncq_command`,
        cost: 'deviceModel',
        marks: ['request-taken'],
        do: (s) => {
          s[issued] = 0;
        },
      },
      'submit-ncq': {
        at: `${FILE} execute_ncq_command (dma_blk_read); thread_pool_submit_aio`,
        cost: 'threadPool',
        do: (s) => {
          s[disk.queued] = (s[disk.queued] as number) + 1;
          return RETURN;
        },
      },
      'clear-port-irq-stat': {
        at: `${FILE} ahci_port_write (PORT_IRQ_STAT), ahci_check_irq`,
        cost: 'deviceModel',
        do: (s) => {
          s[irqStat] = 0;
          return isMsi ? RETURN : undefined;
        },
        ...(isMsi ? {} : { call: interrupt.lower }),
      },
      ...(isMsi
        ? {
            'check-irq': {
              at: `${FILE} ahci_mem_write (HOST_IRQ_STAT), ahci_check_irq`,
              cost: 'deviceModel',
              do: (s: State) => (s[irqStat] === 0 ? RETURN : undefined),
              call: raise,
            },
          }
        : {}),
    }),
    memRead: procedure<string>(AHCI, 'ahci_mem_read', {
      'read-register': {
        at: `${FILE} ahci_mem_read, ahci_port_read`,
        cost: 'deviceModel',
        do: (s) => {
          const register = s[vcpu.mmioRegister];
          if (register === HOST_IRQ_STAT_READ) s[statusRead] = s[irqStat] as number;
          if (register !== SCR_ACT_READ) return;
          s[doneRead] = s[done] as number;
          s[done] = 0;
        },
      },
    }),
    bottomHalf: {
      isScheduled: (s) => s[finished] !== 0,
      run: procedure<string>(AHCI, 'thread_pool_completion_bh', {
        'finish-ncq': {
          at: `${FILE} ncq_cb, ncq_finish (ahci_write_fis_sdb)`,
          cost: 'deviceModel',
          // (qemu_bh_schedule) comes first.
          emits: [...again.emits, 'qemu:ncq_finish'],
          do: (s) => {
            again.notify(s);
            s[finished] = (s[finished] as number) - 1;
            s[done] = (s[done] as number) + 1;
          },
        },
        'trigger-irq': {
          at: `${FILE} ahci_trigger_irq, ahci_check_irq, ahci_irq_raise`,
          emits: ['qemu:ahci_trigger_irq', 'qemu:ahci_irq_raise'],
          do: (s) => {
            const wasUp = s[irqStat] === 1 && !isMsi;
            s[irqStat] = 1;
            return wasUp ? 'next-finished' : undefined;
          },
          call: raise,
        },
        'next-finished': {
          at: 'QEMU util/thread-pool.c thread_pool_completion_bh (goto restart)',
          do: (s) => (s[finished] === 0 ? RETURN : 'finish-ncq'),
        },
      }),
    },
    isCallAtRest: (s) => s[done] === 0 && s[irqStat] === 0,
  };
}

/** `msi_notify`; the vector is not masked. Source: QEMU hw/pci/msi.c, hw/i386/kvm/apic.c `kvm_send_msi`. */
function msiNotify({
  send,
  sendAt,
}: Pick<Extract<PciInterrupt, { kind: 'msi' }>, 'send' | 'sendAt'>): Procedure {
  return procedure(AHCI, 'msi_notify', {
    'notify-message': {
      at: `QEMU hw/pci/msi.c msi_notify (msi_send_message, ${sendAt})`,
      cost: 'deviceModel',
      call: send,
    },
  });
}
