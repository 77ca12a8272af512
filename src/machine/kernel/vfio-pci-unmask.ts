import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { VFIO_PCI } from '../parties.ts';
import type { Eventfd, SignalledEventfd } from './eventfd.ts';
import type { VfioPciIntx } from './vfio-pci-intx.ts';

const FILE = 'Linux drivers/vfio/pci/vfio_pci_intrs.c';

/**
 * The unmask of ioctl(VFIO_DEVICE_SET_IRQS): an interrupt that is still up is signalled again at once, in the same
 * task, which alone could have set DisINTx meanwhile. Source: `__vfio_pci_intx_unmask`; trace X4m.
 */
export function unmaskByIoctl(intx: VfioPciIntx, trigger: SignalledEventfd): Procedure {
  return intx.unmask('vfio_pci_set_intx_unmask', {
    'send-again': {
      at: `${FILE} __vfio_pci_intx_unmask (vfio_send_intx_eventfd: still pending, no new host interrupt)`,
      marks: ['resignal'],
      call: trigger.signal,
    },
  });
}

/** VFIO's waiter on the unmask eventfd, and the work it leaves behind; null where there is never any. */
export interface UnmaskVirqfd {
  /** What the wake-up does, for a signal that came before VFIO was there. */
  readonly unmask: Procedure;
  readonly wakeup: Procedure;
  readonly work: Field | null;
}

/**
 * Adds VFIO's waiter on the unmask eventfd. It unmasks in the context of whoever signals; an interrupt that is still
 * up is sent again by a worker, since an eventfd must not be signalled inside the wake-up of another one.
 * Source: Linux drivers/vfio/virqfd.c `virqfd_wakeup`, `virqfd_inject`, vfio_pci_intrs.c (6.12).
 */
export function unmaskVirqfd(
  m: ModelBuilder,
  wiring: {
    readonly intx: VfioPciIntx;
    readonly resample: Eventfd;
    readonly trigger: SignalledEventfd;
    /** CPU of the worker: the one on which the eventfd is signalled. */
    readonly cpu: number;
  },
): UnmaskVirqfd {
  const { intx, resample, trigger } = wiring;
  const work = intx.sendsAgain ? m.field('virqfd inject work', { values: ['idle', 'queued'] }) : null;
  if (work !== null) {
    m.process(
      'kworker virqfd',
      { kind: 'thread', cpu: wiring.cpu },
      procedure(VFIO_PCI, 'virqfd_inject', {
        'virqfd-inject': {
          at: 'Linux drivers/vfio/virqfd.c virqfd_inject (kworker; vfio_send_intx_eventfd)',
          cost: 'workqueue',
          rest: true,
          emits: ['workqueue:workqueue_execute_start function virqfd_inject', 'function:virqfd_inject'],
          marks: ['resignal'],
          when: (s) => s[work] === 1,
          do: (s) => {
            s[work] = 0;
            return intx.maySend?.(s) === false ? RETURN : undefined;
          },
          call: trigger.signal,
        },
      }),
    );
  }
  const unmask = intx.unmask('vfio_pci_intx_unmask_handler', {
    'queue-virqfd-inject': {
      at: 'Linux drivers/vfio/virqfd.c virqfd_wakeup (schedule_work: still pending)',
      emits: ['workqueue:workqueue_queue_work function=virqfd_inject'],
      do: (s) => {
        if (work !== null) s[work] = 1;
      },
    },
  });
  return {
    work,
    unmask,
    wakeup: procedure(VFIO_PCI, 'virqfd_wakeup', {
      'virqfd-wakeup': {
        at: 'Linux drivers/vfio/virqfd.c virqfd_wakeup',
        cost: 'virqfdWakeup',
        emits: ['function:virqfd_wakeup'],
        do: (s) => {
          s[resample.count] = 0;
        },
        call: unmask,
      },
    }),
  };
}
