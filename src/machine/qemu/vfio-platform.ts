import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { MAIN_LOOP, VCPU_THREAD } from '../parties.ts';
import { INTP_ACTIVE, INTP_INACTIVE, INTP_PENDING } from './intp.ts';
import type { IntpWiring } from './intp.ts';
import { addMmapTimer } from './mmap-timer.ts';
import type { MmapTimer } from './mmap-timer.ts';
import { addPendingQueue } from './pending-queue.ts';
import { disableMmaps } from './vfio-region.ts';
import type { VfioRegion } from './vfio-region.ts';

const FILE = 'QEMU hw/vfio/platform.c';

/** What the device is wired to. */
export interface VfioPlatformWiring {
  /** In the order in which VFIO numbers them. */
  readonly intps: readonly IntpWiring[];
  /** In their order. */
  readonly regions: readonly VfioRegion[];
  /** False with `x-no-mmap=on`: there is never a slot to take away. */
  readonly mmap: boolean;
  /** Whether the access that is being performed is a read or a write. */
  readonly direction: (s: State) => 'read' | 'write';
  /** Which interrupt's register it is for. */
  readonly lineOf: (s: State) => number;
  /** Known bug: an interrupt that is queued and signalled again is injected at once and stays in the queue. */
  readonly queuedTwice: boolean;
  /** False with `mmap-timeout-ms=0`: once slow, slow for ever. */
  readonly mmapTimer: boolean;
}

/** QEMU's vfio-platform device handling its interrupts in userspace. */
export interface VfioPlatformDevice {
  readonly states: readonly Field[];
  /** The handler of each interrupt's eventfd, `vfio_intp_interrupt`. */
  readonly interrupts: readonly Procedure[];
  /** What every access to a region ends with, `vfio_platform_eoi`, and whether it finds anything to do. */
  readonly eoi: { readonly isDue: (s: State) => boolean; readonly procedure: Procedure };
  /** Null when the timer is never armed. */
  readonly timer: MmapTimer | null;
  /** Whether each interrupt is PENDING: it waits for another one's end. */
  readonly queued: readonly ((s: State) => boolean)[];
  readonly isAtRest: (s: State) => boolean;
}

/** Adds the device. Source: QEMU 7.2 hw/vfio/platform.c, hw/vfio/common.c; order as in traces P2, P3, C1 and H1. */
export function vfioPlatform(m: ModelBuilder, wiring: VfioPlatformWiring): VfioPlatformDevice {
  const { intps, regions } = wiring;
  const states = intps.map(({ suffix }) =>
    m.field(`VFIOINTp state${suffix}`, { notable: true, values: ['INACTIVE', 'PENDING', 'ACTIVE'] }),
  );
  const isActive = (s: State): boolean => {
    for (const state of states) if (s[state] === INTP_ACTIVE) return true;
    return false;
  };
  // They come and go together, as far as the main loop can see.
  const isMapped = (s: State): boolean => s[(regions[0] as VfioRegion).slot.present] === 1;
  // The head of `intp_list` is the interrupt that was added last (`vfio_init_intp`; trace H1).
  const endOf = (s: State): number =>
    intps.findLastIndex(({ mayEnd }, i) => s[states[i] as Field] === INTP_ACTIVE && mayEnd(s));
  const timer = wiring.mmapTimer ? addMmapTimer(m, wiring, isActive) : null;
  const queue = intps.length > 1 ? addPendingQueue(m, wiring, states) : null;
  return {
    states,
    timer,
    interrupts: intps.map((intp, i) => {
      const { suffix } = intp;
      const state = states[i] as Field;
      return procedure<string>(MAIN_LOOP, `vfio_intp_interrupt${suffix}`, {
        ...(queue ? queue.delaySteps(i) : {}),
        [`read-eventfd${suffix}`]: {
          at: `${FILE} vfio_intp_interrupt (event_notifier_test_and_clear)`,
          cost: 'eventfdRead',
          emits: [`qemu:vfio_platform_intp_interrupt Inject IRQ #${String(i)}`, 'function:eventfd_read'],
          do: (s) => {
            s[intp.trigger.count] = 0;
          },
        },
        [`set-active${suffix}`]: {
          at: `${FILE} vfio_intp_interrupt (state = VFIO_IRQ_ACTIVE; vfio_mmap_set_enabled)`,
          cost: 'deviceModel',
          // The states of interrupts are touched under the BQL only, and the slots by the main loop only.
          local: true,
          do: (s) => {
            s[state] = intp.endless ? INTP_INACTIVE : INTP_ACTIVE;
            return isMapped(s) ? undefined : `set-irq${suffix}`;
          },
        },
        ...disableMmaps(regions),
        [`set-irq${suffix}`]: {
          at: 'QEMU hw/intc/arm_gic_kvm.c kvm_arm_gic_set_irq (level 1)',
          call: intp.raiseLine,
        },
        ...(timer
          ? { [`arm-mmap-timer${suffix}`]: timer.arm(`${FILE} vfio_intp_interrupt (timer_mod)`) }
          : { [`no-mmap-timer${suffix}`]: { at: `${FILE} vfio_intp_interrupt (mmap-timeout-ms is 0)` } }),
      });
    }),
    eoi: {
      isDue: (s) => endOf(s) >= 0,
      procedure: procedure<string>(VCPU_THREAD, 'vfio_platform_eoi', {
        ...eoiSteps(wiring, states, endOf),
        ...(queue ? queue.injectSteps() : {}),
      }),
    },
    queued: states.map((state) => (s) => s[state] === INTP_PENDING),
    isAtRest: (s) =>
      states.every((state) => s[state] === INTP_INACTIVE) && (queue === null || queue.isEmpty(s)),
  };
}

/** The end of an ACTIVE interrupt of the device, whichever register was accessed (trace C1). */
function eoiSteps(
  { intps, direction, lineOf }: VfioPlatformWiring,
  states: readonly Field[],
  endOf: (s: State) => number,
): Record<string, Step> {
  const steps: Record<string, Step> = {};
  if (intps.length > 1) {
    steps['find-active'] = {
      at: `${FILE} vfio_platform_eoi (QLIST_FOREACH)`,
      do: (s) => {
        const intp = intps[endOf(s)];
        return intp ? `platform-eoi${intp.suffix}` : 'inject-queued';
      },
    };
  }
  intps.forEach(({ suffix, lowerLine, unmask }, i) => {
    steps[`platform-eoi${suffix}`] = {
      at: `${FILE} vfio_platform_eoi`,
      cost: 'deviceModel',
      emits: [`qemu:vfio_platform_eoi EOI IRQ pin ${String(i)}`],
      marks: [(s) => `eoi-by:${direction(s)}`, (s) => (lineOf(s) === i ? 'own-end' : 'wrong-end')],
      local: true,
      do: (s) => {
        s[states[i] as Field] = INTP_INACTIVE;
      },
      call: lowerLine,
    };
    if (unmask) {
      steps[`set-irqs-unmask${suffix}`] = {
        at: 'QEMU hw/vfio/common.c vfio_unmask_single_irqindex (VFIO_DEVICE_SET_IRQS: DATA_NONE, UNMASK)',
        cost: 'setIrqsIoctl',
        emits: [
          'syscalls:sys_enter_ioctl cmd=VFIO_DEVICE_SET_IRQS flags=0x11',
          'function:vfio_platform_set_irqs_ioctl',
        ],
        call: unmask,
      };
    }
    // A device with one interrupt ends here; with more, the queue is looked at next.
    if (intps.length > 1) {
      steps[`eoi-done${suffix}`] = {
        at: `${FILE} vfio_platform_eoi`,
        local: true,
        do: () => 'inject-queued',
      };
    }
  });
  return steps;
}
