import type { Alphabet, Binding, Claim } from './alphabet.ts';
import { numberAfter } from './vfio-pci-intx-claims.ts';
import { VIRTIO_ALPHABET } from './virtio-alphabet.ts';
import { VIRTIO_CLAIMS } from './virtio-claims.ts';
import { RECEIVES, SENDS } from './virtio-net-queues.ts';
import type { NetQueueNumbers } from './virtio-net-queues.ts';
import { x86Registers } from './virtio-registers.ts';

const { address: FIRST_NOTIFY } = x86Registers('modern', 0).notify;
const { address: ISR } = x86Registers('modern', 0).isr;
/** Bytes from the notification register of a queue to that of the next. */
const STRIDE = x86Registers('modern', 1).notify.address - FIRST_NOTIFY;

/** Whether a read is QEMU's of a tap: NET_BUFSIZE, 4 KiB and 64 KiB, is more than it reads anything else with. */
export function isTapRead(args: string): boolean {
  return /count: (?:0x0*)?11000\b/.test(args);
}

/** What vhost and QEMU have in common, whichever queue it is about. */
const CLAIMS: Readonly<Record<string, Claim>> = {
  ...VIRTIO_CLAIMS,
  'syscalls:sys_enter_read': {
    event: (args) => (isTapRead(args) ? 'syscalls:sys_enter_read tap' : null),
  },
  'function:eventfd_signal_mask': {
    follows: ['function:ioeventfd_write', 'function:vhost_add_used_and_signal_n'],
  },
  'function:irqfd_wakeup': { follows: ['function:eventfd_write', 'function:eventfd_signal_mask'] },
};

/** Who calls `vhost_add_used_and_signal_n`, as far as the compiler has left it a function of its own. */
const SENDERS = ['vhost_tx_batch', 'vhost_tx_batch.constprop.0', 'handle_tx_copy', 'handle_tx'];
const RECEIVERS = ['handle_rx', 'handle_rx.isra.0'];

/** Of the queue that sends: the other one's work and interrupts are among what goes on around. */
const SENDING: Readonly<Record<string, Claim>> = {
  ...CLAIMS,
  // A packet that comes back for the guest wakes the worker as well, from its own context.
  'function:vhost_poll_wakeup': { follows: ['function:eventfd_signal_mask'] },
  'function:handle_tx_kick': {},
  'function:vhost_add_used_and_signal_n': { callers: SENDERS },
};

const TAP_CAUSES = ['function:handle_tx_kick', 'function:handle_tx_net'];

/** Of the queue that receives. */
const RECEIVING: Readonly<Record<string, Claim>> = {
  ...CLAIMS,
  'function:vhost_poll_wakeup': { follows: ['function:eventfd_signal_mask', ...TAP_CAUSES] },
  'function:handle_rx_net': {},
  'function:handle_rx_kick': {},
  'function:vhost_add_used_and_signal_n': { callers: RECEIVERS },
};

function alphabetFor(
  claims: Readonly<Record<string, Claim>>,
  witnesses: readonly string[],
  numbers: NetQueueNumbers,
  begins: string,
): Alphabet {
  return {
    ...VIRTIO_ALPHABET,
    claims,
    witnesses: Object.fromEntries(witnesses.map((name) => [name, () => true])),
    threadContext: (comm) => (comm.startsWith('vhost-') ? 'vhost' : VIRTIO_ALPHABET.threadContext(comm)),
    // The host itself answers what the guest sends, in the context of whoever hands it over.
    processContext: (process) =>
      process.name === 'network' ? 'vhost' : VIRTIO_ALPHABET.processContext(process),
    beginsCycle: (event) => event.startsWith(begins),
    model: bindingOf(numbers.vector, FIRST_NOTIFY + STRIDE * numbers.queueIndex),
    findBinding: (events) => findBinding(events, numbers),
  };
}

function bindingOf(vector: number, notify: number): Binding {
  return { hostIrqs: [], intids: [], pages: [notify, ISR], vectors: [vector], registers: [] };
}

/**
 * The registers of the queues lie behind each other, and a notification says which queue it is for. Of the vectors, one is
 * for what the device has sent, at the guest's notification, and one for what vhost or QEMU receives by itself.
 */
function findBinding(
  events: Iterable<{ readonly name: string; readonly args: string }>,
  { queueIndex, vector }: NetQueueNumbers,
): Binding {
  const vectors = new Map<number, number>();
  let notify: number | null = null;
  let signals: number | null = null;
  for (const { name, args } of events) {
    if (name === 'kvm:kvm_mmio' && args.startsWith('mmio write len 2 ')) {
      notify ??= numberAfter(args, 'gpa 0x', 16) + STRIDE * (queueIndex - numberAfter(args, 'val 0x', 16));
    } else if (name === 'function:vhost_add_used_and_signal_n') {
      signals = RECEIVERS.includes(args.slice(2)) ? RECEIVES.queueIndex : SENDS.queueIndex;
    } else if (name === 'function:eventfd_read') {
      signals = SENDS.queueIndex;
    } else if (name === 'kvm:kvm_msi_set_irq') {
      const given = numberAfter(args, 'vec ');
      const queue: number = signals ?? RECEIVES.queueIndex;
      if (!vectors.has(queue)) vectors.set(queue, given);
      signals = null;
    }
  }
  return bindingOf(vectors.get(queueIndex) ?? vector, notify ?? FIRST_NOTIFY + STRIDE * queueIndex);
}

/**
 * What is known of one queue of a virtio-net device on x86, from the guest's notification, or the packet that comes, to the
 * end of the interrupt; both legs claim all of it, whether QEMU or vhost serves it.
 */
export const VIRTIO_NET_ALPHABETS: Readonly<Record<string, Alphabet>> = {
  send: alphabetFor(SENDING, [], SENDS, 'kvm:kvm_mmio write notify'),
  // QEMU reads the tap for the other queue's sake as well: the first that tells of a packet is its message.
  receive: alphabetFor(RECEIVING, TAP_CAUSES, RECEIVES, 'kvm:kvm_msi_set_irq'),
};
