import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Step } from '../../engine/step.ts';
import { MMIO_IDLE } from '../kernel/vcpu-state.ts';
import { trap } from '../kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { GUEST_KERNEL } from '../parties.ts';
import type { Virtqueue } from './virtqueue.ts';

/** The register of a virtio-pci device that its status is written to. */
export const STATUS_WRITE = 3;

const BEFORE_DRIVER_OK = 0;
const READY = 1;

/** A driver that resets its device and sets it up again while a program uses it. */
export interface StatusDriver {
  /** Whether a change is coming: the timer that it waits for would wake the guest. */
  readonly isComing: (s: State) => boolean;
  /** Whether the driver writes the status next. */
  readonly isDue: (s: State) => boolean;
  /** Whether requests may be submitted. */
  readonly maySubmit: (s: State) => boolean;
  /** Whether DRIVER_OK is what is written, or was last. */
  readonly isDriverOk: (s: State) => boolean;
  /** It writes the register, which exits, and goes on. */
  readonly write: (s: State) => void;
  readonly written: (s: State) => void;
}

/** What it is wired to. */
export interface StatusDriverWiring {
  readonly vcpu: X86Vcpu;
  readonly queue: Virtqueue;
  readonly exitReason: number;
  /** Whether the program still submits requests. */
  readonly isRunning: (s: State) => boolean;
  /** Whether this driver submits and notifies before it has written DRIVER_OK, as the standard forbids. */
  readonly submitsEarly: boolean;
  /** Whether the VM is there; absent if it is from the start. */
  readonly mayBegin?: (s: State) => boolean;
}

/**
 * Adds the driver's way from a device that is set up but for DRIVER_OK to its reset, before which it waits for its
 * requests, and back. The other registers that are written on the way are left out, and the reads of the status.
 * Source: Linux drivers/block/virtio_blk.c `virtblk_freeze`, `virtblk_restore`, drivers/virtio/virtio_config.h
 * `virtio_device_ready`, drivers/virtio/virtio_pci_modern.c `vp_reset` (6.12); QEMU trace X1-blk-ioeventfd-on.
 */
export function statusDriver(m: ModelBuilder, wiring: StatusDriverWiring): StatusDriver {
  const { vcpu, queue, submitsEarly, mayBegin = (): boolean => true } = wiring;
  const status = m.field('device status', { values: ['before DRIVER_OK', 'DRIVER_OK'], notable: true });
  const wanted = m.field('status change', { values: ['none', 'wanted'] });
  const isReady = (s: State): boolean => s[status] === READY;
  const mayWant = (s: State): boolean => !isReady(s) || wiring.isRunning(s);
  m.process(
    'power management',
    { kind: 'hardware' },
    procedure(GUEST_KERNEL, 'power management', {
      'want-status': {
        at: 'Linux drivers/virtio/virtio.c virtio_device_freeze, virtio_device_restore',
        cost: 'notifierChange',
        rest: true,
        when: (s) => s[wanted] === 0 && mayWant(s) && mayBegin(s),
        do: (s) => {
          s[wanted] = 1;
        },
      },
    }),
  );
  return {
    isComing: (s) => s[wanted] === 1 || mayWant(s),
    isDue: (s) => s[wanted] === 1 && (s[queue.outstanding] === 0 || !isReady(s)),
    maySubmit: (s) => (isReady(s) ? s[wanted] === 0 : submitsEarly),
    isDriverOk: isReady,
    write: (s) => {
      s[status] = isReady(s) ? BEFORE_DRIVER_OK : READY;
      s[vcpu.mmioRegister] = STATUS_WRITE;
      trap(s, vcpu, wiring.exitReason);
    },
    written: (s) => {
      s[wanted] = 0;
      s[vcpu.mmioRegister] = 0;
      s[vcpu.mmio] = MMIO_IDLE;
    },
  };
}

/** The guest's kernel writes the status: an interrupt that is due is taken first. */
export function statusSteps(status: StatusDriver, isDue: (s: State) => boolean): Record<string, Step> {
  const at = 'Linux drivers/virtio/virtio_pci_modern.c vp_set_status, vp_reset';
  return {
    'set-status': {
      at,
      cost: 'guestApicAccess',
      do: (s) => {
        if (isDue(s)) return 'take-interrupt';
        status.write(s);
        return undefined;
      },
    },
    'status-set': {
      at: `${at} (returns)`,
      do: (s) => {
        status.written(s);
        return 'schedule';
      },
    },
  };
}
