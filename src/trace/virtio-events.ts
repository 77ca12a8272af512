import { numberAfter } from './event-numbers.ts';
import { InterruptSource } from './interrupt-source.ts';
import type { KernelState } from './kernel-state.ts';
import type { Thread } from './thread.ts';
import { newCycle } from './trace-cycle.ts';
import type { Injection, Kick } from './trace-cycle.ts';
import type { TraceEvent } from './trace-event.ts';

type Handler = (event: TraceEvent, thread: Thread) => void;

/** Bytes from one queue's doorbell to the next (QEMU hw/virtio/virtio-pci.c QEMU_VIRTIO_PCI_QUEUE_MEM_MULT). */
const QUEUE_STRIDE = 4;
const MOST_QUEUES = 1024;
/** More doorbells are not told apart. */
const MOST_DOORBELLS = 4096;

/** Follows what no host interrupt begins: doorbells that the guest rings, and interrupts that QEMU or vhost raise. */
export class VirtioEvents {
  readonly sources = new Map<string, InterruptSource>();
  readonly #state: KernelState;
  /** Rung, and nobody answered yet. */
  #unanswered: Kick | null = null;

  constructor(state: KernelState) {
    this.#state = state;
  }

  /** For whom an interrupt is raised that is nobody's yet; null if that cannot be a virtio device or an irqfd. */
  sourceOf({ key, by, resampleSource }: Injection): InterruptSource | null {
    if (by === 'hard IRQ' || by === 'unnamed thread' || by === 'vCPU thread') return null;
    const isMessage = key.startsWith('vector');
    if (by === 'kworker' && (isMessage || resampleSource)) return null;
    return this.#source(key, by === 'kworker' ? 'irqfd' : 'call');
  }

  /** What is done with each event, by its name. */
  handlers(): Record<string, Handler> {
    const wakesVhost: Handler = () => {
      this.#answer('vhost');
    };
    const reads: Handler = (_event, thread) => {
      if (thread.role === 'QEMU') this.#answer(thread.name.startsWith('IO ') ? 'IOThread' : 'main loop');
    };
    return {
      'kvm:kvm_mmio': (event, thread) => {
        thread.written = /^mmio write .*gpa (0x[0-9a-f]+)/.exec(event.args)?.[1] ?? '';
        const doorbell = doorbellOf(event.args);
        if (doorbell !== null) this.#ring(doorbell, event, thread);
      },
      'kvm:kvm_fast_mmio': (event, thread) => {
        this.#ring(/gpa (0x[0-9a-f]+)/.exec(event.args)?.[1] ?? '', event, thread);
        this.#signal(event, thread);
      },
      'function:ioeventfd_write': (event, thread) => {
        if (thread.kick === null) this.#ring(thread.written, event, thread);
        this.#signal(event, thread);
      },
      'kvm:kvm_userspace_exit': (event, { kick }) => {
        if (kick?.how !== null || !event.args.includes('KVM_EXIT_MMIO')) return;
        kick.how = 'sync';
        kick.line = event.line;
      },
      'kvm:kvm_entry': (event, thread) => {
        const { kick } = thread;
        // An entry without having been to QEMU: something in the kernel took the write.
        if (kick !== null && kick.how === null) this.#signal(event, thread);
        thread.kick = null;
        thread.written = '';
      },
      'function:vhost_poll_wakeup': wakesVhost,
      'function:handle_tx_kick': wakesVhost,
      'function:handle_rx_kick': wakesVhost,
      'function:eventfd_read': reads,
      'syscalls:sys_exit_read': (event, thread) => {
        // What read() of an eventfd gives back.
        if (event.args.startsWith('0x8') && event.args.length === 3) reads(event, thread);
      },
    };
  }

  #ring(doorbell: string, event: TraceEvent, thread: Thread): void {
    const source = this.#source(doorbell === '' ? 'doorbell not recorded' : `doorbell ${doorbell}`, 'kick');
    if (source === null) return;
    const cycle = newCycle('kick', event);
    cycle.kick = { how: null, by: null, line: event.line };
    source.begin(cycle);
    thread.kick = cycle.kick;
    thread.span.own(cycle, thread.context);
  }

  #signal({ line }: TraceEvent, { kick }: Thread): void {
    if (kick === null) return;
    kick.how = 'signalled';
    kick.line = line;
    this.#unanswered = kick;
  }

  #answer(by: NonNullable<Kick['by']>): void {
    if (this.#unanswered !== null) this.#unanswered.by = by;
    this.#unanswered = null;
  }

  #source(key: string, kind: 'irqfd' | 'kick' | 'call'): InterruptSource | null {
    let source = this.sources.get(key);
    if (source === undefined) {
      if (this.sources.size >= MOST_DOORBELLS) return null;
      source = new InterruptSource(key, kind);
      this.sources.set(key, source);
      this.#state.others.add(source);
    }
    return source;
  }
}

/**
 * The address of a virtio doorbell that the guest writes; null for other accesses. virtio-pci: two bytes, the number
 * of the queue, at its own address. virtio-mmio: four bytes at 0x50 of a device's 0x200 (virtio 1.2, 4.1.4.4 and 4.2.2).
 */
function doorbellOf(args: string): string | null {
  if (!args.startsWith('mmio write ')) return null;
  const length = numberAfter(args, 'len ');
  const gpa = numberAfter(args, 'gpa 0x', 16);
  const queue = numberAfter(args, 'val 0x', 16);
  const isDoorbell =
    length === 2
      ? gpa % 0x1000 === queue * QUEUE_STRIDE
      : length === 4 && gpa % 0x200 === 0x50 && queue < MOST_QUEUES && gpa < 0x1000_0000;
  return isDoorbell ? `0x${gpa.toString(16)}` : null;
}
