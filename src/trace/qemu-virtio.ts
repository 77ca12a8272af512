import type { LoggedSource } from './qemu-vfio.ts';
import { SourceTally } from './source-tally.ts';
import { addEvent, newCycle } from './trace-cycle.ts';
import type { TraceEvent } from './trace-event.ts';

/** A virtio device's notifications, counted by the way they show in the log. */
interface Device {
  readonly kicks: Map<string, SourceTally>;
  readonly calls: SourceTally;
  irqfdCalls: number;
}

/** More devices are not told apart. */
const MOST_DEVICES = 1024;

/** Follows virtio devices through QEMU's log: who runs a queue when it is kicked, and how its guest is told. */
export class QemuVirtio {
  readonly #devices = new Map<string, Device>();
  readonly #vhosts = new Map<string, LoggedSource>();
  /** The thread that set the machine up: the main loop's. */
  #mainThread: number | null = null;
  readonly #vcpuThreads = new Set<number>();
  /** Threads whose last event was the guest's write of a doorbell. */
  readonly #ringing = new Set<number>();
  #statusReads = 0;
  #messages = 0;
  #routes = 0;

  see(event: TraceEvent): void {
    const { name, args, task } = event;
    const thread = task?.pid ?? 0;
    switch (name) {
      case 'qemu:kvm_set_ioeventfd_pio':
      case 'qemu:vfio_realize':
      case 'qemu:kvm_set_user_memory':
        this.#mainThread ??= thread;
        return;
      case 'qemu:kvm_irqchip_add_msi_route':
        if (args.startsWith('dev virtio')) this.#routes++;
        return;
      case 'qemu:memory_region_ops_write':
      case 'qemu:memory_region_ops_read':
        this.#access(event, thread);
        return;
      case 'qemu:virtio_queue_notify':
        this.#kick(event, thread);
        return;
      case 'qemu:vhost_dev_start':
        this.#vhost(event);
        return;
      case 'qemu:virtio_notify':
      case 'qemu:virtio_notify_irqfd':
        this.#call(event);
        return;
      default:
    }
  }

  /** Everything that was found. */
  sources(): LoggedSource[] {
    const found: LoggedSource[] = [...this.#vhosts.values()];
    for (const [vdev, { kicks, calls, irqfdCalls }] of this.#devices) {
      for (const [path, tally] of kicks) found.push({ key: `virtio ${vdev}`, leg: 'kick', path, tally });
      if (calls.cycles === 0) continue;
      const [path, text] = this.#callPath(irqfdCalls);
      calls.why.set(text, { line: calls.firstLine, count: calls.cycles });
      found.push({ key: `virtio ${vdev}`, leg: 'call', path, tally: calls });
    }
    return found;
  }

  /** vhost takes over the queues: from here on the log shows nothing of them. */
  #vhost({ args, line }: TraceEvent): void {
    const [, address = '', kind = ''] = /^(0x[0-9a-f]+):(\S+)/.exec(args) ?? [];
    const key = `${kind} (vhost ${address})`;
    if (address === '' || this.#vhosts.has(key) || this.#vhosts.size >= MOST_DEVICES) return;
    const tally = new SourceTally();
    tally.why.set('QEMU handed the queues to vhost (vhost_dev_start)', { line, count: 1 });
    this.#vhosts.set(key, { key, leg: 'kick', path: 'virtio/notify-vhost', tally });
  }

  #access({ args }: TraceEvent, thread: number): void {
    if (!args.startsWith('cpu -1')) this.#vcpuThreads.add(thread);
    const isMmio = args.includes("'virtio-mmio'");
    if (args.includes("'virtio-pci-notify") || (isMmio && /addr 0x[0-9a-f]*[02468ace]50 /.test(args))) {
      this.#ringing.add(thread);
    } else if (args.includes("'virtio-pci-isr") || (isMmio && /addr 0x[0-9a-f]*[02468ace]60 /.test(args))) {
      this.#statusReads++;
    } else if (args.startsWith('cpu -1') && args.includes('-msi')) this.#messages++;
  }

  #kick(event: TraceEvent, thread: number): void {
    const device = this.#device(event.args);
    if (device === null) return;
    const [path, text] = this.#kickPath(thread);
    this.#ringing.delete(thread);
    let tally = device.kicks.get(path);
    if (tally === undefined) {
      tally = new SourceTally();
      device.kicks.set(path, tally);
    }
    addTo(tally, event, 'kick', text);
  }

  #kickPath(thread: number): readonly [path: string, text: string] {
    if (this.#ringing.has(thread)) {
      return ['virtio/notify-sync', 'the thread that took the write of the doorbell ran the queue'];
    }
    if (thread === this.#mainThread) {
      return [
        'virtio/notify-ioeventfd',
        "QEMU's main thread ran the queue, without a write of the doorbell in QEMU",
      ];
    }
    if (this.#mainThread !== null && !this.#vcpuThreads.has(thread)) {
      return [
        'virtio/notify-iothread',
        'a thread ran the queue that is neither the main one nor a vCPU: an IOThread',
      ];
    }
    return ['unclear', 'the log does not say which thread is the main one'];
  }

  #call(event: TraceEvent): void {
    const device = this.#device(event.args);
    if (device === null) return;
    if (event.name === 'qemu:virtio_notify_irqfd') device.irqfdCalls++;
    addTo(device.calls, event, 'injection', null);
  }

  #callPath(irqfdCalls: number): readonly [path: string, text: string] {
    if (this.#statusReads > 0 && this.#messages === 0 && this.#routes === 0) {
      return [
        'virtio/call-intx',
        'the guest reads the status of a line interrupt (virtio-pci-isr, virtio-mmio 0x60)',
      ];
    }
    if (irqfdCalls > 0 && this.#routes > 0) {
      return ['virtio/call-irqfd', 'virtio_notify_irqfd, and the vector has a route in KVM'];
    }
    if (irqfdCalls === 0 && this.#messages > 0) {
      return ['virtio/call-userspace', 'virtio_notify, then a message that QEMU itself writes'];
    }
    return ['unclear', 'the log does not show how the guest is told'];
  }

  #device(args: string): Device | null {
    const vdev = /vdev (0x[0-9a-f]+)/.exec(args)?.[1] ?? '';
    let device = this.#devices.get(vdev);
    if (device === undefined) {
      if (vdev === '' || this.#devices.size >= MOST_DEVICES) return null;
      device = { kicks: new Map(), calls: new SourceTally(), irqfdCalls: 0 };
      this.#devices.set(vdev, device);
    }
    return device;
  }
}

function addTo(
  tally: SourceTally,
  event: TraceEvent,
  trigger: 'kick' | 'injection',
  text: string | null,
): void {
  const cycle = newCycle(trigger, event);
  addEvent(cycle, `QEMU thread ${event.task?.pid ?? 0}`, event.name.slice('qemu:'.length), event);
  tally.add(cycle, 1, text === null ? [] : [{ line: event.line, text }]);
}
