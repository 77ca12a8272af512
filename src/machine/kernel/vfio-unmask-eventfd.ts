import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { VFIO_PCI } from '../parties.ts';
import type { Eventfd } from './eventfd.ts';

/** VFIO's hold on the eventfd that unmasks, where userspace gives it and takes it away while the device runs. */
export interface UnmaskEventfd {
  /** Whether VFIO hears of it. */
  readonly isHeard: (s: State) => boolean;
  /** ioctl(VFIO_DEVICE_SET_IRQS) with ACTION_UNMASK and an eventfd. */
  readonly enable: Procedure;
  /** The last close of the eventfd: VFIO lets go of it at once, and cleans up later. */
  readonly close: Procedure;
}

/** Adds it. Source: Linux drivers/vfio/virqfd.c `vfio_virqfd_enable`, `virqfd_wakeup` (EPOLLHUP) (6.12). */
export function addUnmaskEventfd(
  m: ModelBuilder,
  wiring: {
    readonly eventfd: Eventfd;
    readonly startsEnabled: boolean;
    /** Unmasks for a signal that came before. */
    readonly unmask: Procedure;
  },
): UnmaskEventfd {
  const heard: Field = m.field('virqfd', {
    initial: wiring.startsEnabled ? 1 : 0,
    values: ['none', 'on the wait queue'],
  });
  const { count } = wiring.eventfd;
  return {
    isHeard: (s) => s[heard] === 1,
    enable: procedure<string>(VFIO_PCI, 'vfio_virqfd_enable', {
      'enable-virqfd': {
        at: 'Linux drivers/vfio/virqfd.c vfio_virqfd_enable (vfs_poll: hooks the waiter)',
        cost: 'eventfdRead',
        do: (s) => {
          s[heard] = 1;
          if (s[count] === 0) return 'virqfd-enabled';
          // The count stays until the next signal, but nobody looks at it any more.
          s[count] = 0;
          return undefined;
        },
        call: wiring.unmask,
      },
      'virqfd-enabled': { at: 'Linux drivers/vfio/pci/vfio_pci_intrs.c vfio_pci_set_intx_unmask' },
    }),
    close: procedure(VFIO_PCI, 'virqfd_deactivate', {
      'close-unmask-eventfd': {
        at: 'Linux drivers/vfio/virqfd.c virqfd_wakeup (EPOLLHUP: virqfd_deactivate)',
        cost: 'syscall',
        do: (s) => {
          s[heard] = 0;
          s[count] = 0;
        },
      },
    }),
  };
}
