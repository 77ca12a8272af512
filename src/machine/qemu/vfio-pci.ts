import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { Eventfd } from '../kernel/eventfd.ts';
import type { MemorySlot } from '../kernel/memory-slot.ts';
import { MAIN_LOOP, VCPU_THREAD } from '../parties.ts';
import type { MemoryView } from './memory-view.ts';
import { mmapTimer } from './mmap-timer.ts';
import type { MmapTimer } from './mmap-timer.ts';

const FILE = 'QEMU hw/vfio/pci.c';
const BDF = '0000:00:10.0';

/** What the device is wired to. */
export interface VfioPciWiring {
  readonly trigger: Eventfd;
  readonly raiseLine: Procedure;
  readonly lowerLine: Procedure;
  /** `VFIO_DEVICE_SET_IRQS` that unmasks. */
  readonly unmask: Procedure;
  /** Null with `x-no-mmap=on`: there is never a slot to take away. */
  readonly mapping: { readonly slot: MemorySlot; readonly view: MemoryView } | null;
  /** False with `x-intx-mmap-timeout-ms=0`: once slow, slow for ever. */
  readonly mmapTimer: boolean;
  /** Whether an interrupt has had the BARs unmapped just before the start. */
  readonly startsUnmapped: boolean;
  /** Known bug: the line is raised while the guest can still reach the device without QEMU. */
  readonly lineBeforeUnmap: boolean;
  /** Whether the access that was just performed may be taken for the end of the interrupt. */
  readonly mayEnd: (s: State) => boolean;
}

/** QEMU's vfio-pci device handling INTx in userspace. */
export interface VfioPciDevice {
  /** `vdev->intx.pending`: the line is up, and an access is awaited that ends the interrupt. */
  readonly pending: Field;
  /** The handler of the trigger eventfd. */
  readonly interrupt: Procedure;
  /** What every access to a region ends with, and whether it finds anything to do. */
  readonly eoi: { readonly isDue: (s: State) => boolean; readonly procedure: Procedure };
  /** Null when the timer is never armed. */
  readonly timer: MmapTimer | null;
}

/** Adds the device. Source: QEMU hw/vfio/pci.c, hw/vfio/common.c (7.2); order as in traces X4b and X4m. */
export function vfioPci(m: ModelBuilder, wiring: VfioPciWiring): VfioPciDevice {
  const { trigger, mapping } = wiring;
  const pending = m.field('intx.pending', { notable: true, values: ['no', 'yes'] });
  const timer = wiring.mmapTimer
    ? mmapTimer(m, (s) => s[pending] === 1, {
        callback: 'vfio_intx_mmap_enable',
        file: FILE,
        stillActive: [],
        mmap: mapping !== null,
        mapAgain: mapping?.view.enable ?? {},
        ...(wiring.startsUnmapped ? { isArmed: true as const } : {}),
      })
    : null;
  const raise: Record<string, Step> = {
    'irq-assert': {
      at: `${FILE} vfio_intx_interrupt (pci_irq_assert)`,
      cost: 'deviceModel',
      call: wiring.raiseLine,
    },
  };
  const last = timer ? 'arm-mmap-timer' : 'no-mmap-timer';
  const afterUnmap = wiring.lineBeforeUnmap ? last : 'irq-assert';
  const unmap: Record<string, Step> = mapping
    ? {
        'mmap-set-disabled': {
          at: `${FILE} vfio_mmap_set_enabled`,
          do: (s) => (s[mapping.slot.present] === 1 ? undefined : afterUnmap),
        },
        ...mapping.view.disable,
      }
    : {};
  return {
    pending,
    timer,
    interrupt: procedure<string>(MAIN_LOOP, 'vfio_intx_interrupt', {
      'read-eventfd': {
        at: `${FILE} vfio_intx_interrupt (event_notifier_test_and_clear; intx.pending = true)`,
        cost: 'eventfdRead',
        emits: [
          'syscalls:sys_enter_read',
          'function:eventfd_read',
          `qemu:vfio_intx_interrupt (${BDF}) Pin A`,
        ],
        do: (s) => {
          s[trigger.count] = 0;
          s[pending] = 1;
        },
      },
      ...(wiring.lineBeforeUnmap ? { ...raise, ...unmap } : { ...unmap, ...raise }),
      [last]: timer
        ? timer.arm(`${FILE} vfio_intx_interrupt (timer_mod)`)
        : { at: `${FILE} vfio_intx_interrupt (intx.mmap_timeout is 0)` },
    }),
    eoi: {
      isDue: (s) => s[pending] === 1 && wiring.mayEnd(s),
      procedure: procedure<string>(VCPU_THREAD, 'vfio_intx_eoi', {
        'intx-eoi': {
          at: `${FILE} vfio_intx_eoi (intx.pending = false; pci_irq_deassert)`,
          cost: 'deviceModel',
          emits: [`qemu:vfio_intx_eoi (${BDF}) EOI`],
          do: (s) => {
            s[pending] = 0;
          },
          call: wiring.lowerLine,
        },
        'set-irqs-unmask': {
          at: 'QEMU hw/vfio/common.c vfio_unmask_single_irqindex (VFIO_DEVICE_SET_IRQS: DATA_NONE, UNMASK)',
          cost: 'setIrqsIoctl',
          emits: [
            'syscalls:sys_enter_ioctl cmd=VFIO_DEVICE_SET_IRQS flags=0x11',
            'function:vfio_pci_set_irqs_ioctl',
            'function:vfio_pci_set_intx_unmask',
            'function:__vfio_pci_intx_unmask',
          ],
          call: wiring.unmask,
        },
      }),
    },
  };
}
