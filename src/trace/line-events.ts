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
      // A translated message has no trace point on Arm.
      'function:vgic_its_inject_cached_translation': (event, thread) => {
        this.#state.isArm = true;
        const source = this.#state.only((candidate) => candidate.kind === 'vfio-msi' && candidate.isWaiting);
        this.#raise(
          event,
          thread,
          source === undefined ? 'vector of an LPI' : `vector of ${source.key}`,
          false,
        );
      },
      'function:vfio_pci_set_intx_unmask': (event, thread) => {
        this.#unmask(event, thread);
      },
    };
  }

  /** An interrupt of the guest is raised outside of a handler. */
  #raise(event: TraceEvent, thread: Thread, key: string, resampleSource: boolean): void {
    if (event.name === 'kvm:vgic_update_irq_pending' && thread.raised?.cycle?.injection?.key === key) {
      // The interrupt controller's part of what was told already.
      addEvent(thread.raised.cycle, thread.context, labelOf(event), event);
      return;
    }
    const by = injectorOf(thread);
    const isMessage = key.startsWith('vector');
    const isLevelMessage = isMessage && event.args.includes('|level');
    const source = this.#state.guest.claim(key, event, by, ({ kind }) => {
      if (
        by === 'vhost' ||
        by === 'unnamed thread' ||
        (isMessage && !isLevelMessage) !== (kind === 'vfio-msi')
      )
        return false;
      if (by === 'kworker') return resampleSource || kind !== 'vfio-intx';
      // QEMU's main loop answers eventfds. A vCPU thread raises a line that waited for another one's end only.
      return by === 'QEMU thread' || (thread.lowered !== null && kind === 'vfio-irq');
    });
    thread.raised =
      source ??
      this.#state.listener.raised(event, injectionOf(event, by, key, resampleSource, thread.syscall));
    if (thread.raised === null) return;
    if (source === undefined) this.#state.guest.adopt(key, thread.raised);
    this.#state.inject(thread.raised, event, by, key, resampleSource, thread.context, thread.syscall);
  }

  /** A line of the guest's is lowered in a thread. */
  #lower(event: TraceEvent, thread: Thread, { key, resampleSource }: LineChange): void {
    thread.raised = null;
    const source = this.#state.guest.ownerOf(key);
    const cycle = source?.cycle;
    if (source === undefined) this.#state.guest.countLowered(key, event, injectorOf(thread));
    if (source === undefined || !cycle?.injection) return;
    if (thread.role === 'kworker') cycle.isPulse = true;
    if (thread.span.isVirtioAcknowledge) cycle.isVirtioAcknowledge = true;
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
    if (!cycle?.injection) return;
    if (event.name.startsWith('syscalls:')) {
      this.#state.add(cycle, thread, event, 'VFIO_DEVICE_SET_IRQS unmask');
    }
    cycle.ending ??= { how: 'access', line: event.line };
  }
}
