import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { KVM, MANAGEMENT } from '../parties.ts';

/** How far something that userspace has given KVM has gone. */
export const ATTACHED = 0;
export const CLOSING = 1;
export const GONE = 2;

/** Something that KVM holds for an eventfd, and that userspace can take away: an irqfd, an eoifd. */
export interface Attachment {
  /** As in labels, e.g. `irqfd`. */
  readonly name: string;
  readonly stage: Field;
  /** What the worker of `irqfd_cleanup_wq` does; ends with the stage {@link GONE}. */
  readonly shutdown: Procedure;
}

/** Adds the stage of an attachment, which is there from the start unless told otherwise. */
export function stageField(m: ModelBuilder, name: string, initial = ATTACHED): Field {
  return m.field(name, { initial, notable: true, values: ['attached', 'closing', 'gone'] });
}

/** What is taken away, how and by whom. */
export interface LifetimeWiring {
  /** In the order in which QEMU takes them away. */
  readonly attachments: readonly Attachment[];
  /** `close`: QEMU closes the eventfd, and KVM notices; `deassign`: an ioctl, which waits until KVM has let go. */
  readonly how: 'close' | 'deassign';
  /** How many of them QEMU forgets, from the last. */
  readonly forgotten: number;
  /** VFIO's mask operation, which comes first. */
  readonly mask: Procedure;
  /** The ioctl of an attachment, as in documents, e.g. `KVM_EOIFD`. */
  readonly ioctl: (name: string) => string;
  /** A CPU for QEMU's thread and for the worker. */
  readonly cpu: number;
  /** Who asks again and again, and how QEMU gives the line back in between; absent if it is taken away once. */
  readonly again?: {
    readonly addRequest: (asked: Field) => void;
    readonly steps: (management: Management) => Record<string, Step>;
  };
}

/** What QEMU's thread knows. */
export interface Management {
  /** 1 when it is to take the line away. */
  readonly asked: Field;
  /** 1 from then on until the line is the guest's again. */
  readonly takenBack: Field;
}

/** The end of a line's life. */
export interface Lifetime {
  /** Whether QEMU has begun to take the line away: from then on the device is not the guest's. */
  readonly isTakenBack: (s: State) => boolean;
  /** Whether all is gone that QEMU did not forget. */
  readonly isOver: (s: State) => boolean;
}

/**
 * Adds QEMU's thread that takes the line away once, at any moment (or `again` and again), and the worker that cleans up behind it. QEMU masks
 * at VFIO first, which an end of interrupt on its way may undo. Left out: what QEMU does with the function afterwards,
 * and VFIO's own hook on the unmask eventfd, which that driver removed right after masking and QEMU now closes last.
 * Source: Linux virt/kvm/eventfd.c `irqfd_wakeup` (EPOLLHUP), `irqfd_deactivate`, `kvm_irqfd_deassign`; a VFIO driver of
 * QEMU that used KVM_EOIFD, `vfio_disable_intx_kvm`.
 */
export function addLifetime(m: ModelBuilder, wiring: LifetimeWiring): Lifetime {
  const { attachments, mask, cpu, again } = wiring;
  const taken = attachments.slice(0, attachments.length - wiring.forgotten);
  const asked = m.field('end of the line', { values: ['not asked for', 'asked for'] });
  const takenBack = m.field('device', { notable: true, values: ['assigned', 'taken back'] });
  if (again) again.addRequest(asked);
  else addRequest(m, asked);
  m.process(
    'management',
    { kind: 'thread', cpu },
    procedure<string>(MANAGEMENT, 'vfio_disable_intx_kvm', {
      'mask-first': {
        at: 'QEMU hw/vfio/pci.c vfio_intx_disable_kvm (vfio_mask_single_irqindex)',
        cost: 'setIrqsIoctl',
        rest: true,
        when: (s) => s[asked] === 1,
        do: (s) => {
          s[takenBack] = 1;
        },
        call: mask,
      },
      ...Object.fromEntries(taken.flatMap((attachment) => Object.entries(takeAway(attachment, wiring)))),
      ...(again ? again.steps({ asked, takenBack }) : SETTLED),
    }),
  );
  addCleanup(m, again ? taken : attachments, cpu, again === undefined);
  return {
    isTakenBack: (s) => s[takenBack] === 1,
    isOver: (s) => taken.every(({ stage }) => s[stage] === GONE),
  };
}

const CLEANED_UP: Readonly<Record<string, Step>> = {
  'cleaned-up': {
    at: 'Linux kernel/workqueue.c worker_thread (nothing is queued)',
    rest: true,
    when: () => false,
  },
};

const SETTLED: Readonly<Record<string, Step>> = {
  settled: { at: 'QEMU: nothing more is done here', rest: true, when: () => false },
};

/** Adds the moment at which somebody asks QEMU for it. */
export function addRequest(m: ModelBuilder, asked: Field): void {
  m.process(
    'operator',
    { kind: 'hardware' },
    procedure(MANAGEMENT, 'operator', {
      'ask-for-end': {
        at: 'management software: removes or resets the device',
        cost: 'lifetimeChange',
        rest: true,
        when: (s) => s[asked] === 0,
        do: (s) => {
          s[asked] = 1;
        },
      },
    }),
  );
}

function takeAway({ name, stage }: Attachment, { how, ioctl }: LifetimeWiring): Record<string, Step> {
  const leave: NonNullable<Step['do']> = (s) => {
    s[stage] = CLOSING;
  };
  if (how === 'close') {
    return {
      [`close-${name}`]: {
        at: `Linux fs/eventfd.c eventfd_release (close: EPOLLHUP to the ${name}, which queues its shutdown)`,
        cost: 'syscall',
        do: leave,
      },
    };
  }
  return {
    [`deassign-${name}`]: {
      at: `Linux virt/kvm/eventfd.c (${ioctl(name)} with its DEASSIGN flag: queues the shutdown)`,
      cost: 'syscall',
      emits: [`syscalls:sys_enter_ioctl cmd=${ioctl(name)}`],
      do: leave,
    },
    [`flush-${name}`]: {
      at: `Linux virt/kvm/eventfd.c (${ioctl(name)}: flush_workqueue(irqfd_cleanup_wq))`,
      when: (s) => s[stage] === GONE,
    },
  };
}

/** The worker: one after the other, in the order in which they were queued, and `once` or again and again. */
function addCleanup(m: ModelBuilder, attachments: readonly Attachment[], cpu: number, once: boolean): void {
  m.process(
    'kworker cleanup',
    { kind: 'thread', cpu },
    procedure<string>(KVM, 'irqfd_cleanup_wq', {
      ...Object.fromEntries(
        attachments.map(({ name, stage, shutdown }): [string, Step] => [
          `shut-down-${name}`,
          {
            at: 'Linux virt/kvm/eventfd.c irqfd_shutdown (kworker of irqfd_cleanup_wq)',
            cost: 'workqueue',
            rest: true,
            emits: ['workqueue:workqueue_execute_start function irqfd_shutdown'],
            when: (s) => s[stage] === CLOSING,
            call: shutdown,
          },
        ]),
      ),
      ...(once ? CLEANED_UP : {}),
    }),
  );
}
