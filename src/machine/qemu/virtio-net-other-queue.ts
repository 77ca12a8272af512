import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { eventfd } from '../kernel/eventfd.ts';
import { APPLICATION, MAIN_LOOP, TAP, VIRTIO_NET } from '../parties.ts';
import type { AioHandler, BottomHalf } from './aio-context.ts';
import { TAP_READ } from './virtio-net-receive.ts';

/**
 * What the main loop of a real host does for the queue of a network device that is not looked at: whenever something comes
 * for it, it is handled, with as many messages to the guest as it likes; they are among the guest's other interrupts.
 */
export interface OtherNetQueue {
  /** In the loop's first context, or in its second. */
  readonly handlers: readonly AioHandler[];
  readonly ioHandlers: readonly AioHandler[];
  readonly bottomHalf: BottomHalf | null;
}

/** Something that comes for it now and then, once at a time. */
function comes(m: ModelBuilder, name: string, at: string, count: Field): void {
  m.process(
    name,
    { kind: 'hardware' },
    procedure<string>(name === 'network' ? TAP : APPLICATION, name, {
      [`other-${name}`]: {
        at,
        cost: 'surroundings',
        rest: true,
        when: (s: State) => s[count] === 0,
        do: (s: State) => {
          s[count] = 1;
        },
      },
    }),
  );
}

/** The step that sends a message of the other queue, and goes on at `next`. */
function signalOther(next: string): Step {
  return {
    at: 'Linux virt/kvm/irqchip.c kvm_send_userspace_msi (the other queue)',
    cost: 'irqLineIoctl',
    emits: [
      'syscalls:sys_enter_ioctl cmd=KVM_SIGNAL_MSI',
      'function:kvm_send_userspace_msi',
      'function:kvm_set_msi',
    ],
    do: () => next,
  };
}

/** Adds that packets come for the guest, which are read from the tap. Source: as of `netReceive`; trace X3-net-vhost-off. */
export function otherReceives(m: ModelBuilder): OtherNetQueue {
  const packets = m.field('packets in the tap', { values: ['none', 'some'] });
  comes(m, 'network', 'Linux drivers/net/tun.c tun_net_xmit', packets);
  const handler = procedure<string>(MAIN_LOOP, 'tap_send', {
    'read-other-packet': {
      at: 'QEMU net/tap.c tap_send (tap_read_packet), until there is none left',
      cost: 'syscall',
      emits: [TAP_READ],
      choose: () => 2,
      do: (s, choice) => {
        if (choice === 0) return undefined;
        s[packets] = 0;
        return RETURN;
      },
    },
    'signal-for-other-packet': signalOther('read-other-packet'),
  });
  return {
    handlers: [],
    ioHandlers: [{ name: 'tap', eventfd: { name: 'tap', count: packets }, handler }],
    bottomHalf: null,
  };
}

/** Adds that the guest sends packets, with `tx=bh`. Source: as of `txBottomHalf`; trace X3-net-vhost-off. */
export function otherSends(m: ModelBuilder): OtherNetQueue {
  const notifier = eventfd(m, 'other host-notifier');
  const waiting = m.field('tx_waiting of the other queue', { values: ['no', 'bottom half scheduled'] });
  comes(m, 'sender', 'Linux virt/kvm/eventfd.c ioeventfd_write (the other queue)', notifier.count);
  const handler = procedure(VIRTIO_NET, 'virtio_net_handle_tx_bh', {
    'read-other-notifier': {
      at: 'QEMU hw/virtio/virtio.c virtio_queue_host_notifier_read; hw/net/virtio-net.c virtio_net_handle_tx_bh',
      cost: 'eventfdRead',
      emits: ['syscalls:sys_enter_read', 'function:eventfd_read'],
      do: (s) => {
        s[notifier.count] = 0;
        s[waiting] = 1;
      },
    },
  });
  return {
    handlers: [{ name: 'other-host-notifier', eventfd: notifier, handler }],
    ioHandlers: [],
    bottomHalf: { isScheduled: (s) => s[waiting] === 1, run: flushOther(waiting) },
  };
}

function flushOther(waiting: Field): Procedure {
  return procedure<string>(VIRTIO_NET, 'virtio_net_tx_bh', {
    'other-bottom-half': {
      at: 'QEMU hw/net/virtio-net.c virtio_net_tx_bh',
      cost: 'deviceModel',
      do: (s) => {
        s[waiting] = 0;
      },
    },
    'flush-other-packet': {
      at: 'QEMU hw/net/virtio-net.c virtio_net_flush_tx, until there is none left',
      cost: 'syscall',
      choose: () => 2,
      do: (_, choice) => (choice === 0 ? undefined : RETURN),
    },
    'signal-for-sent-packet': signalOther('flush-other-packet'),
  });
}
