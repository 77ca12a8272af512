import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { MAIN_LOOP } from '../parties.ts';

const AT = 'QEMU accel/kvm/kvm-all.c kvm_check_many_ioeventfds';
/** As many as QEMU asks for: one more than KVM had room for at first. */
const ASKED = 7;
const NO = 1;
const YES = 2;

/** What QEMU has found out at its start. */
export interface ManyIoeventfds {
  /** Whether it has looked, and taken away again what it has put there. */
  readonly isKnown: (s: State) => boolean;
  /** Whether its virtio-pci devices use ioeventfds (`VIRTIO_PCI_FLAG_USE_IOEVENTFD`). */
  readonly hasMany: (s: State) => boolean;
}

/**
 * Adds the look of QEMU's main thread at its start: it puts seven ioeventfds at port 0, with the values 0 to 6, and takes
 * them away again, last first. Only if all were taken do virtio-pci devices use theirs. `room`: how many fit on a bus of
 * KVM, null if all do.
 * Source: QEMU accel/kvm/kvm-all.c `kvm_check_many_ioeventfds` (7.2; removed by 5d9ec1f4c7), hw/virtio/virtio-pci.c
 * `virtio_pci_realize` (kvm_has_many_ioeventfds); QEMU trace and ftrace-setup of X1-blk-ioeventfd-on. That KVM refuses the
 * seventh is from source.
 */
export function manyIoeventfds(m: ModelBuilder, room: number | null, cpu: number): ManyIoeventfds {
  const many = m.field('many_ioeventfds', { values: ['not known', 'no', 'yes'], notable: true });
  const placed = m.field('ioeventfds at port 0', { max: ASKED });
  const fit = Math.min(room ?? ASKED, ASKED);
  const ioctl = (before: State, index: number, assign: 0 | 1): string =>
    `qemu:kvm_set_ioeventfd_pio @0x0 val=0x${String((before[placed] as number) + index)} assign: ${String(assign)} size: 2 match: 1`;
  const called = 'syscalls:sys_enter_ioctl cmd=KVM_IOEVENTFD';
  m.process(
    'QEMU start',
    { kind: 'thread', cpu },
    procedure<string>(MAIN_LOOP, 'kvm_check_many_ioeventfds', {
      'probe-ioeventfd': {
        at: `${AT} (kvm_set_ioeventfd_pio: assign)`,
        cost: 'ioeventfdIoctl',
        emits: [(_, before) => ioctl(before, 0, 1), called],
        rest: true,
        when: (s) => s[many] === 0,
        do: (s) => {
          if (s[placed] === fit) {
            s[many] = NO;
            return fit === 0 ? 'probe-done' : undefined;
          }
          s[placed] = (s[placed] as number) + 1;
          if (s[placed] < ASKED) return 'probe-ioeventfd';
          s[many] = YES;
          return undefined;
        },
      },
      'remove-probe': {
        at: `${AT} (kvm_set_ioeventfd_pio: deassign)`,
        cost: 'ioeventfdIoctl',
        emits: [(_, before) => ioctl(before, -1, 0), called],
        do: (s) => {
          s[placed] = (s[placed] as number) - 1;
          return s[placed] > 0 ? 'remove-probe' : undefined;
        },
      },
      'probe-done': { at: `${AT} (returns)` },
    }),
  );
  return {
    isKnown: (s) => s[many] !== 0 && s[placed] === 0,
    hasMany: (s) => s[many] === YES,
  };
}
