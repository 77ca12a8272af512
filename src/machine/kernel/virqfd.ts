import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { VFIO_PLATFORM } from '../parties.ts';
import type { Eventfd } from './eventfd.ts';

/**
 * VFIO's waiter on the unmask eventfd: unmasks at once, in the context of whoever signals, since it has no thread
 * function. Source: Linux drivers/vfio/virqfd.c `virqfd_wakeup`, vfio_platform_irq.c `vfio_platform_unmask_handler`.
 */
export function virqfd(suffix: string, eventfd: Eventfd, unmask: Procedure): Procedure {
  return procedure<string>(VFIO_PLATFORM, `virqfd_wakeup${suffix}`, {
    [`virqfd-wakeup${suffix}`]: {
      at: 'Linux drivers/vfio/virqfd.c virqfd_wakeup (vfio_platform_unmask_handler)',
      cost: 'virqfdWakeup',
      emits: ['function:virqfd_wakeup', 'function:vfio_platform_unmask_handler'],
      do: (s) => {
        s[eventfd.count] = 0;
      },
      call: unmask,
    },
  });
}
