import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { AHCI, MAIN_LOOP } from '../parties.ts';
import type { Bql } from './bql.ts';
import { BQL_FREE, BQL_MAIN_LOOP, BQL_VCPU } from './bql.ts';
import type { VcpuThreadWiring } from './vcpu-thread.ts';

/** Numbers of its registers among those that a vCPU can trap on: behind all interrupt controllers' own. */
export const AHCI_IRQ_STAT_READ = 13;
export const AHCI_IRQ_STAT_WRITE = 14;

/** Guest physical addresses: HOST_IRQ_STAT of a controller whose BAR follows that of the device of traces X4 (assumed). */
export const AHCI_ADDRESS: Readonly<Record<number, number>> = {
  [AHCI_IRQ_STAT_READ]: 0xfebd_0008,
  [AHCI_IRQ_STAT_WRITE]: 0xfebd_0008,
};

/** A disk controller that QEMU emulates, with a line interrupt. */
export interface Ahci {
  /** Whether it wants service. */
  readonly asserted: (s: State) => boolean;
  /** HOST_IRQ_STAT as the guest has read it last. */
  readonly statusRead: Field;
  /** Its accesses, for QEMU's vCPU threads. */
  readonly exits: NonNullable<VcpuThreadWiring['otherExits']>;
  readonly isAtRest: (s: State) => boolean;
}

/** What the controller is wired to. */
export interface AhciWiring {
  readonly vcpu: X86Vcpu;
  readonly bql: Bql;
  readonly raiseLine: Procedure;
  readonly lowerLine: Procedure;
  /** The world has stopped sending anything. */
  readonly stopped: Field;
  /** CPU of QEMU's main loop. */
  readonly cpu: number;
}

/**
 * Adds the controller and the main loop that completes its requests, all under the BQL. The guest has one request
 * under way at a time: the next finishes after it has seen the end of the last.
 * Source: QEMU hw/ide/ahci.c `ahci_check_irq`, `ahci_mem_read`, `ahci_mem_write` (7.2); no trace.
 */
export function ahci(m: ModelBuilder, wiring: AhciWiring): Ahci {
  const { vcpu, bql, stopped } = wiring;
  const done = m.field('disk request', { values: ['none', 'done'] });
  const irqStat = m.field('AHCI IRQ_STAT', { notable: true, values: ['clear', 'port'] });
  const statusRead = m.field('AHCI IRQ_STAT read', { values: ['clear', 'port'] });
  m.process(
    'disk',
    { kind: 'hardware' },
    procedure(AHCI, 'disk', {
      'finish-request': {
        at: "the host's disk finishes a request (Linux io_uring or AIO completion)",
        cost: 'neighbourPeriod',
        environment: 'arrival',
        rest: true,
        marks: ['assert'],
        when: (s) => s[stopped] === 0 && s[done] === 0 && s[irqStat] === 0,
        do: (s) => {
          s[done] = 1;
        },
      },
    }),
  );
  m.process(
    'main loop',
    { kind: 'thread', cpu: wiring.cpu },
    procedure<string>(MAIN_LOOP, 'main_loop_wait', {
      'complete-request': {
        at: 'QEMU util/main-loop.c main_loop_wait (qemu_mutex_lock_iothread; completion of a block request)',
        cost: 'dispatch',
        rest: true,
        when: (s) => s[done] === 1 && bql.isFree(s),
        do: (s) => {
          s[bql.owner] = BQL_MAIN_LOOP;
        },
      },
      'ahci-irq-raise': {
        at: 'QEMU hw/ide/ahci.c ahci_check_irq (pci_irq_assert)',
        cost: 'deviceModel',
        do: (s) => {
          s[done] = 0;
          s[irqStat] = 1;
        },
        call: wiring.raiseLine,
      },
      'main-loop-unlocks-bql': {
        at: 'QEMU util/main-loop.c os_host_main_loop_wait (qemu_mutex_unlock_iothread)',
        do: (s) => {
          s[bql.owner] = BQL_FREE;
        },
      },
    }),
  );
  return {
    asserted: (s) => s[done] === 1 || s[irqStat] === 1,
    statusRead,
    isAtRest: (s) => s[done] === 0 && s[irqStat] === 0,
    exits: {
      firstStep: (s) =>
        (s[vcpu.mmioRegister] as number) >= AHCI_IRQ_STAT_READ ? 'lock-bql-for-ahci' : undefined,
      steps: {
        'lock-bql-for-ahci': {
          at: 'QEMU softmmu/physmem.c prepare_mmio_access (qemu_mutex_lock_iothread)',
          cost: 'bqlLock',
          emits: ['qemu:kvm_run_exit cpu_index 0, reason 6'],
          when: bql.isFree,
          do: (s) => {
            s[bql.owner] = BQL_VCPU;
            return s[vcpu.mmioRegister] === AHCI_IRQ_STAT_READ ? 'ahci-mem-read' : 'ahci-mem-write';
          },
        },
        'ahci-mem-read': {
          at: 'QEMU hw/ide/ahci.c ahci_mem_read (HOST_IRQ_STAT)',
          cost: 'deviceModel',
          do: (s) => {
            s[statusRead] = s[irqStat] as number;
            return 'unlock-bql-after-ahci';
          },
        },
        'ahci-mem-write': {
          at: 'QEMU hw/ide/ahci.c ahci_mem_write (HOST_IRQ_STAT), ahci_check_irq (pci_irq_deassert)',
          cost: 'deviceModel',
          do: (s) => {
            s[irqStat] = 0;
          },
          call: wiring.lowerLine,
        },
        'unlock-bql-after-ahci': {
          at: 'QEMU softmmu/physmem.c flatview_read_continue, flatview_write_continue (qemu_mutex_unlock_iothread)',
          do: (s) => {
            s[bql.owner] = BQL_FREE;
            return RETURN;
          },
        },
      },
    },
  };
}
