import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import type { Eventfd } from './eventfd.ts';
import { irqfdAtomic, irqfdWithWorker } from './irqfd.ts';
import { setMsi, setMsiInAtomic } from './kvm-msi.ts';
import type { MsiDestination } from './kvm-msi.ts';

const FILE = 'Linux virt/kvm/eventfd.c';

/** What an irqfd of a message is wired to that QEMU takes away and assigns again while the device runs. */
export interface MsiIrqfdWiring {
  readonly eventfd: Eventfd;
  readonly destination: MsiDestination;
  /** CPU whose worker pool injects what is found when it is assigned. */
  readonly cpu: number;
  /** False leaves out the look at the eventfd when it is assigned, to see what it is for. */
  readonly polls: boolean;
}

/** Such an irqfd. */
export interface MsiIrqfd {
  /** What runs inside a signal of the eventfd while it is assigned. */
  readonly wakeup: Procedure;
  readonly isAttached: (s: State) => boolean;
  /** ioctl(KVM_IRQFD), and the same with KVM_IRQFD_FLAG_DEASSIGN. */
  readonly assign: Procedure;
  readonly deassign: Procedure;
  /** Whether it is assigned and injects nothing. */
  readonly isAtRest: (s: State) => boolean;
}

/**
 * Adds the irqfd. While it is not assigned signals stay in the eventfd; when it is assigned it looks there, and leaves to
 * a worker to inject what has come, without reading it. Taking it away reads the eventfd and waits for the worker.
 * Source: Linux virt/kvm/eventfd.c `kvm_irqfd_assign` (vfs_poll), `kvm_irqfd_deassign`, `irqfd_shutdown`, fs/eventfd.c
 * `eventfd_ctx_remove_wait_queue` (6.12). No trace of it has been captured.
 */
export function msiIrqfd(m: ModelBuilder, wiring: MsiIrqfdWiring): MsiIrqfd {
  const { eventfd, destination, cpu, polls } = wiring;
  const gone = m.field('irqfd', { values: ['assigned', 'gone'], notable: true });
  const injecting = m.field('irqfd_inject', { values: ['idle', 'runs'] });
  const { work } = irqfdWithWorker(m, {
    suffix: '',
    eventfd,
    raise: setMsi(destination),
    cpu,
    why: 'found at assignment',
    wakeupEmits: [],
    injectEmits: [],
    running: injecting,
  });
  const isIdle = (s: State): boolean => s[work] === 0 && s[injecting] === 0;
  const emits = ['syscalls:sys_enter_ioctl cmd=KVM_IRQFD'];
  return {
    wakeup: irqfdAtomic({ suffix: '', eventfd, raise: setMsiInAtomic(destination) }),
    isAttached: (s) => s[gone] === 0,
    isAtRest: (s) => s[gone] === 0 && isIdle(s),
    assign: procedure(KVM, 'kvm_irqfd_assign', {
      'assign-irqfd': {
        at: `${FILE} kvm_irqfd_assign (vfs_poll: schedule_work if there is something)`,
        cost: 'syscall',
        emits,
        do: (s) => {
          s[gone] = 0;
          if (polls && s[eventfd.count] !== 0) s[work] = 1;
        },
      },
    }),
    deassign: procedure<string>(KVM, 'kvm_irqfd_deassign', {
      'deassign-irqfd': {
        at: `${FILE} kvm_irqfd_deassign, irqfd_shutdown (eventfd_ctx_remove_wait_queue)`,
        cost: 'syscall',
        emits,
        do: (s) => {
          s[gone] = 1;
          s[eventfd.count] = 0;
        },
      },
      'flush-inject-work': { at: `${FILE} irqfd_shutdown (flush_work)`, when: isIdle },
    }),
  };
}
