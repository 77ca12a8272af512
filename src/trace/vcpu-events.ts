import { numberAfter } from './event-numbers.ts';
import type { InterruptSource } from './interrupt-source.ts';
import type { KernelState } from './kernel-state.ts';
import { acknowledgedLine } from './line-change.ts';
import type { Thread } from './thread.ts';
import { addEvent } from './trace-cycle.ts';
import type { TraceEvent } from './trace-event.ts';
import { exitLabel } from './vcpu-span.ts';

type Handler = (event: TraceEvent, thread: Thread) => void;

/** Where an x86 guest without x2APIC writes the end of an interrupt. */
const APIC_EOI = 0xfee000b0;

/** Follows vCPU threads: with what they enter the guest, for what they leave it, and what ends an interrupt. */
export class VcpuEvents {
  readonly #state: KernelState;

  constructor(state: KernelState) {
    this.#state = state;
  }

  /** What is done with each event, by its name. */
  handlers(): Record<string, Handler> {
    const eoi: Handler = (event, thread) => {
      this.#eoi(event, thread);
    };
    const region: Handler = (_event, thread) => {
      if (thread.span.page === null) return;
      const cycle = this.#state.only((source) => source.isWithQemu)?.cycle;
      if (cycle) thread.span.own(cycle, thread.context);
    };
    return {
      'kvm:kvm_entry': (event, thread) => {
        this.#enterGuest(event, thread);
      },
      'kvm:kvm_exit': (event, thread) => {
        this.#leaveGuest(event, thread);
      },
      'kvm:kvm_inj_virq': (event, thread) => {
        this.#injectVector(event, thread);
      },
      'kvm:kvm_eoi': eoi,
      'kvm:kvm_pv_eoi': eoi,
      'kvm:kvm_ack_irq': (event, thread) => {
        const key = acknowledgedLine(event.args, this.#state.isArm);
        const cycle = key === null ? undefined : this.#state.guest.ownerOf(key)?.cycle;
        if (cycle) this.#state.add(cycle, thread, event, 'kvm_ack_irq');
      },
      'kvm:kvm_userspace_exit': (event, thread) => {
        this.#toUserspace(event, thread);
      },
      'kvm:kvm_mmio': (event, thread) => {
        this.#access(event, thread);
      },
      'kvm:kvm_msr': (event, thread) => {
        // ioapic_ack_level of a guest with x2APIC reads the trigger mode before it ends a level interrupt.
        if (!event.args.startsWith('msr_read 819 ')) return;
        const isInService = ({ cycle, kind }: InterruptSource): boolean =>
          kind !== 'vfio-msi' && cycle !== null && cycle.deliveredNs !== null && cycle.ending === null;
        const cycle = this.#state.only(isInService)?.cycle;
        if (cycle) this.#state.add(cycle, thread, event, 'kvm_msr read TMR');
      },
      'syscalls:sys_enter_pread64': region,
      'syscalls:sys_enter_pwrite64': region,
      'function:vfio_pci_bar_rw': region,
      'function:vfio_platform_read': region,
      'function:vfio_platform_write': region,
    };
  }

  #enterGuest(event: TraceEvent, thread: Thread): void {
    const { undelivered, vcpuThreads, isArm } = this.#state;
    thread.runsVcpu(numberAfter(event.args, 'vcpu '));
    vcpuThreads.add(thread);
    // With several vCPUs it is not known which of them is meant.
    if (isArm && vcpuThreads.size === 1) {
      for (const cycle of undelivered) {
        cycle.deliveredNs ??= event.timeNs;
        if (thread.span.exit?.label !== 'kvm_exit DABT_LOW') thread.span.own(cycle, thread.context);
      }
    }
    undelivered.clear();
    if (thread.delivering !== null) thread.delivering.deliveredNs ??= event.timeNs;
    thread.delivering = null;
    thread.hasVector = false;
    thread.raised = null;
    thread.lowered = null;
    thread.span.enter(event, thread.context);
  }

  #leaveGuest(event: TraceEvent, thread: Thread): void {
    thread.runsVcpu(numberAfter(event.args, 'vcpu '));
    if (event.args.includes('HSR_EC')) this.#state.isArm = true;
    const label = exitLabel(event.args);
    thread.span.leave(event, label, thread.context);
    // A guest that waits has left its handler.
    if (label !== 'kvm_exit WFx') return;
    for (const { cycle } of this.#state.sources.values()) {
      if (cycle !== null && cycle.ending !== null) cycle.done = true;
    }
  }

  #injectVector(event: TraceEvent, thread: Thread): void {
    const { guest } = this.#state;
    const hex = numberAfter(event.args, 'IRQ 0x', 16);
    const vector = Number.isNaN(hex) ? numberAfter(event.args, 'irq ') : hex;
    const key = `vector ${vector}`;
    if (thread.hasVector) {
      // Without an interrupt controller in the kernel QEMU hands over the vector: any source may be meant.
      thread.hasVector = false;
      const source = guest.claim(key, event, 'vCPU thread', () => true);
      if (source) {
        this.#state.inject(source, event, 'vCPU thread', key, false, thread.context, 'KVM_INTERRUPT');
      }
    }
    const cycle = (guest.ownerOfVector(thread.vcpu, vector) ?? guest.ownerOf(key))?.cycle;
    if (!cycle?.injection) return;
    this.#state.add(cycle, thread, event, 'kvm_inj_virq');
    thread.delivering = cycle;
  }

  #eoi(event: TraceEvent, thread: Thread): void {
    const apic = numberAfter(event.args, 'apicid ', 16);
    const source = this.#state.guest.ownerOfVector(apic, numberAfter(event.args, 'vector '));
    if (!source?.cycle?.injection) return;
    const { cycle } = source;
    const isPv = event.name === 'kvm:kvm_pv_eoi';
    // KVM learns of a paravirtual end at the next exit, which is about something else.
    if (isPv) addEvent(cycle, thread.context, 'kvm_pv_eoi', event);
    else if (/EOI|msr|apic/i.test(thread.span.exit?.label ?? '')) {
      this.#state.add(cycle, thread, event, 'kvm_eoi');
    }
    if (isPv || cycle.ending !== null) cycle.done = true;
    thread.lowered = source;
  }

  #toUserspace(event: TraceEvent, thread: Thread): void {
    const reason = /reason (?:KVM_EXIT_)?(\w+)/.exec(event.args)?.[1] ?? '';
    thread.span.note(event, `kvm_userspace_exit ${reason}`, thread.context);
    // Both go to QEMU only if the interrupt controller is there.
    if (reason === 'IRQ_WINDOW_OPEN' || reason === 'HLT') thread.hasVector = true;
    if (reason !== 'IOAPIC_EOI') return;
    const isOpen = ({ cycle }: InterruptSource): boolean =>
      cycle?.injection?.levelMessage === true && cycle.ending === null;
    const cycle = (thread.lowered ?? this.#state.only(isOpen))?.cycle;
    if (!cycle) return;
    thread.span.own(cycle, thread.context);
    cycle.ending ??= { how: 'ioapic-eoi', line: event.line };
  }

  #access(event: TraceEvent, thread: Thread): void {
    const gpa = numberAfter(event.args, 'gpa 0x', 16);
    thread.span.page = Math.floor(gpa / 4096);
    const kind = /mmio (\S+)/.exec(event.args)?.[1] ?? '';
    thread.span.note(event, `kvm_mmio ${kind}`, thread.context);
    if (isVirtioAcknowledge(kind, gpa, numberAfter(event.args, 'len ')))
      thread.span.isVirtioAcknowledge = true;
    // An APIC of QEMU's: the access that ends the interrupt.
    if (gpa !== APIC_EOI) return;
    const cycle = this.#state.only(
      (source) => source.isWithQemu && source.cycle !== null && source.cycle.ending !== null,
    )?.cycle;
    if (!cycle) return;
    thread.span.own(cycle, thread.context);
    cycle.done = true;
  }
}

/**
 * Whether an access is the one that ends a virtio device's line interrupt: a read of the one byte of the status
 * (virtio-pci), or a write of InterruptACK at 0x64 of virtio-mmio's 0x200 bytes (virtio 1.2, 4.1.4.5 and 4.2.2).
 */
function isVirtioAcknowledge(kind: string, gpa: number, length: number): boolean {
  if (kind === 'write') return length === 4 && gpa % 0x200 === 0x64;
  return length === 1;
}
