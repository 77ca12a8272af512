import { IOCTL, ioctlCommand, numberAfter } from './event-numbers.ts';
import type { KernelState } from './kernel-state.ts';
import { injectionOf, injectorOf, labelOf, lineChangeOf, messageKey } from './line-change.ts';
import type { LineChange } from './line-change.ts';
import type { Thread } from './thread.ts';
import { addEvent } from './trace-cycle.ts';
import type { TraceEvent } from './trace-event.ts';

type Handler = (event: TraceEvent, thread: Thread) => void;

/** Follows who raises and lowers the guest's interrupts in threads: kworkers, vhost workers, QEMU. */
export class LineEvents {
  readonly #state: KernelState;

  constructor(state: KernelState) {
    this.#state = state;
  }

  /** What is done with each event, by its name. */
  handlers(): Record<string, Handler> {
    const line: Handler = (event, thread) => {
      if (event.name !== 'kvm:kvm_set_irq') this.#state.isArm = true;
      const change = lineChangeOf(event, this.#state.isArm);
      if (change === null) return;
      if (change.level > 0) this.#raise(event, thread, change.key, change.resampleSource);
      else this.#lower(event, thread, change);
    };
    const accept: Handler = ({ args }, { raised }) => {
      if (raised === null) return;
      const apic = numberAfter(args, 'apicid ', 16);
      this.#state.guest.linkVector(apic, numberAfter(args, 'vec '), raised);
    };
    return {
      'kvm:kvm_set_irq': line,
      'kvm:kvm_irq_line': line,
      'kvm:vgic_update_irq_pending': line,
      'kvm:kvm_msi_set_irq': (event, thread) => {
        this.#raise(event, thread, messageKey(event.args), false);
      },
      'kvm:kvm_apic_accept_irq': accept,
      'kvm:kvm_apicv_accept_irq': accept,
      'syscalls:sys_enter_ioctl': (event, thread) => {
        thread.syscall = IOCTL[ioctlCommand(event.args)] ?? '';
        thread.raised = null;
        if (thread.syscall === 'KVM_INTERRUPT') thread.hasVector = true;
        if (thread.syscall === 'VFIO_DEVICE_SET_IRQS') this.#unmask(event, thread);
      },
      'syscalls:sys_enter_write': (_event, thread) => {
        thread.syscall = 'write';
        thread.raised = null;
      },
      'syscalls:sys_enter_ppoll': (_event, thread) => {
        thread.syscall = '';
        thread.raised = null;
      },
      'function:irqfd_wakeup': (_event, thread) => {
        thread.syscall = 'irqfd';
      },
      'function:vfio_pci_set_intx_unmask': (event, thread) => {
        this.#unmask(event, thread);
      },
    };
  }

  /** An interrupt of the guest is raised outside of a handler. */
  #raise(event: TraceEvent, thread: Thread, key: string, resampleSource: boolean): void {
    const by = injectorOf(thread);
    const isMessage = key.startsWith('vector');
    const isLevelMessage = isMessage && event.args.includes('|level');
    const source = this.#state.guest.claim(key, event, by, ({ kind }) => {
      if (by === 'vhost' || (isMessage && !isLevelMessage) !== (kind === 'vfio-msi')) return false;
      if (by === 'kworker') return resampleSource || kind !== 'vfio-intx';
      // QEMU's main loop answers eventfds. A vCPU thread raises a line that waited for another one's end only.
      return by === 'QEMU thread' || (thread.lowered !== null && kind === 'vfio-irq');
    });
    thread.raised = source ?? null;
    if (source === undefined) {
      this.#state.listener.raised(event, thread, injectionOf(event, by, key, resampleSource));
    } else this.#state.inject(source, event, by, key, resampleSource, thread.context);
  }

  /** A line of the guest's is lowered in a thread. */
  #lower(event: TraceEvent, thread: Thread, { key, resampleSource }: LineChange): void {
    thread.raised = null;
    const source = this.#state.guest.ownerOf(key);
    if (source === undefined) {
      this.#state.listener.lowered(event, thread, key);
      return;
    }
    const { cycle } = source;
    if (cycle === null || cycle.injection === null) return;
    thread.lowered = source;
    if (event.name === 'kvm:vgic_update_irq_pending') {
      // The interrupt controller's part of what was told already.
      addEvent(cycle, thread.context, labelOf(event), event);
      return;
    }
    this.#state.add(cycle, thread, event, labelOf(event));
    if (cycle.ending === null && thread.role === 'vCPU') {
      cycle.ending = { how: resampleSource ? 'resampler' : 'access', line: event.line };
    }
  }

  /** QEMU has VFIO unmask from a vCPU thread: an access of the guest was taken for the end of the interrupt. */
  #unmask(event: TraceEvent, thread: Thread): void {
    if (thread.role !== 'vCPU') return;
    const source = thread.lowered ?? this.#state.only((candidate) => candidate.isWithQemu);
    const cycle = source?.cycle;
    if (!cycle || cycle.injection === null) return;
    if (event.name.startsWith('syscalls:')) {
      this.#state.add(cycle, thread, event, 'VFIO_DEVICE_SET_IRQS unmask');
    }
    cycle.ending ??= { how: 'access', line: event.line };
  }
}
