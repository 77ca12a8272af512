import type { State } from '../../engine/state.ts';
import { RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { EXIT_HLT, EXIT_IRQ_WINDOW, EXIT_KICK, QUEUED, QUEUED_OTHER } from '../kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { APIC_TMR_READ, isApicRegister } from './apic-registers.ts';
import type { QemuApic } from './apic.ts';
import type { Bql } from './bql.ts';
import { BQL_FREE, BQL_VCPU } from './bql.ts';
import { ioapicEoiWrite } from './ioapic-eoi-exits.ts';
import type { VcpuThreadWiring } from './vcpu-thread.ts';

const KVM_FILE = 'QEMU target/i386/kvm/kvm.c';

/** What a vCPU thread is wired to when its local APIC is in QEMU. */
export interface UserspaceApicThread {
  readonly vcpu: X86Vcpu;
  readonly apic: QemuApic;
  readonly bql: Bql;
  /** Whether the vector comes as an edge, so that its end is the guest's to write to the IOAPIC. */
  readonly isRemapped: boolean;
  /** `ioapic_eoi_broadcast`; null for a message that no IOAPIC sends. */
  readonly broadcast: Procedure | null;
  /** Whether the guest has other interrupts than the device's, and QEMU other devices that want its thread. */
  readonly hasOthers: boolean;
}

/**
 * What a vCPU thread does for its local APIC: hand over an interrupt before KVM_RUN or ask for a window, perform accesses
 * to the APIC, look at it after a signal, and wait while the guest is halted.
 * Source: QEMU target/i386/kvm/kvm.c, accel/kvm/kvm-all.c `kvm_cpu_exec`, hw/intc/apic.c (7.2); trace X5-off.
 */
export function userspaceApic(
  wiring: UserspaceApicThread,
): Required<Pick<VcpuThreadWiring, 'beforeRun' | 'otherExits'>> {
  const { vcpu } = wiring;
  const { isRemapped, broadcast, bql } = wiring;
  const ioapicWrite = isRemapped && broadcast ? ioapicEoiWrite(vcpu, bql, broadcast) : null;
  return {
    beforeRun: preRun(wiring),
    otherExits: {
      firstStep: (s) => {
        const reason = s[vcpu.exitReason];
        if (reason === EXIT_KICK) return 'eat-signals';
        if (reason === EXIT_HLT) return 'wait-halted';
        if (reason === EXIT_IRQ_WINDOW) return 'lock-bql-after-run';
        return (
          ioapicWrite?.firstStep(s) ??
          (isApicRegister(s[vcpu.mmioRegister] as number) ? 'lock-bql-for-apic' : undefined)
        );
      },
      steps: { ...accessSteps(wiring), ...ioapicWrite?.steps, ...interruptedSteps(wiring) },
    },
  };
}

/** The interrupt that can be delivered goes to KVM if the guest takes interrupts now; otherwise KVM is to say when. */
function preRun({ vcpu, apic, bql, hasOthers }: UserspaceApicThread): Record<string, Step> {
  const { hard, irr, isr } = apic;
  const isOpen = (s: State): boolean => s[vcpu.interruptFlag] === 1 && s[vcpu.injected] === 0;
  return {
    'pre-run': {
      at: `${KVM_FILE} kvm_arch_pre_run (under the BQL)`,
      cost: 'bqlLock',
      when: bql.isFree,
      ...(hasOthers ? { choose: (s: State) => (isOpen(s) ? 2 : 1) } : {}),
      do: (s, choice) => {
        if (choice === 1) {
          // Of a higher priority; the device's has to wait for the next chance.
          s[bql.owner] = BQL_VCPU;
          return 'queue-other-interrupt';
        }
        if (s[hard] === 1 && isOpen(s)) {
          s[hard] = 0;
          s[irr] = 0;
          s[isr] = 1;
          s[bql.owner] = BQL_VCPU;
          return 'queue-interrupt';
        }
        s[vcpu.irqWindow] = s[hard] as number;
        return 'ioctl-kvm-run';
      },
    },
    ...(hasOthers
      ? {
          'queue-other-interrupt': {
            at: `${KVM_FILE} kvm_arch_pre_run (cpu_get_pic_interrupt; KVM_INTERRUPT; request_interrupt_window)`,
            cost: 'syscall',
            emits: ['syscalls:sys_enter_ioctl cmd=KVM_INTERRUPT', 'function:kvm_arch_vcpu_ioctl'],
            do: (s: State) => {
              s[vcpu.injected] = QUEUED_OTHER;
              s[vcpu.irqWindow] = s[hard] as number;
              s[bql.owner] = BQL_FREE;
              return 'ioctl-kvm-run';
            },
          },
        }
      : {}),
    'queue-interrupt': {
      at: `${KVM_FILE} kvm_arch_pre_run (cpu_get_pic_interrupt; KVM_INTERRUPT)`,
      cost: 'syscall',
      emits: ['syscalls:sys_enter_ioctl cmd=KVM_INTERRUPT', 'function:kvm_arch_vcpu_ioctl'],
      do: (s) => {
        s[vcpu.injected] = QUEUED;
        s[vcpu.irqWindow] = 0;
        s[bql.owner] = BQL_FREE;
      },
    },
  };
}

/** Accesses of the guest to its local APIC. */
function accessSteps({ vcpu, apic, bql, isRemapped, broadcast }: UserspaceApicThread): Record<string, Step> {
  const bit = (1 << (apic.vector % 32)) >>> 0;
  return {
    'lock-bql-for-apic': {
      at: 'QEMU softmmu/physmem.c prepare_mmio_access (qemu_mutex_lock_iothread)',
      cost: 'bqlLock',
      emits: ['qemu:kvm_run_exit cpu_index 0, reason 6'],
      when: bql.isFree,
      do: (s) => {
        s[bql.owner] = BQL_VCPU;
        return s[vcpu.mmioRegister] === APIC_TMR_READ ? 'apic-mem-read' : 'apic-eoi';
      },
    },
    'apic-mem-read': {
      at: 'QEMU hw/intc/apic.c apic_mem_read (TMR)',
      cost: 'deviceModel',
      emits: [`qemu:apic_mem_readl 0x190 = 0x${bit.toString(16).padStart(8, '0')}`],
      do: () => 'unlock-bql-after-apic',
    },
    'apic-eoi': {
      at: 'QEMU hw/intc/apic.c apic_eoi (ioapic_eoi_broadcast, apic_update_irq)',
      cost: 'deviceModel',
      emits: ['qemu:apic_mem_writel 0xb0 = 0x00000000'],
      do: (s) => {
        s[apic.isr] = 0;
      },
      ...(isRemapped || broadcast === null ? {} : { call: broadcast }),
    },
    'unlock-bql-after-apic': {
      at: 'QEMU softmmu/physmem.c flatview_read_continue, flatview_write_continue (qemu_mutex_unlock_iothread)',
      do: (s) => {
        s[bql.owner] = BQL_FREE;
        return RETURN;
      },
    },
  };
}

/** What follows a return of KVM_RUN that is no access: the signal is taken, the APIC looked at, a halted vCPU waits. */
function interruptedSteps({ apic, bql, hasOthers }: UserspaceApicThread): Record<string, Step> {
  const { hard, poll, signal } = apic;
  const lock = (s: State): void => {
    s[bql.owner] = BQL_VCPU;
  };
  return {
    'wait-halted': {
      // What could be delivered has been handed over before: only a message from another thread ends the wait.
      at: `${KVM_FILE} kvm_handle_halt, softmmu/cpus.c qemu_wait_io_event (halt_cond: cpu_has_work)`,
      cost: 'syscall',
      marks: ['halt-wakeup'],
      rest: true,
      when: (s) => bql.isFree(s) && (hasOthers || s[poll] === 1),
      do: (s) => {
        lock(s);
        return 'process-async-events';
      },
    },
    'eat-signals': {
      at: 'QEMU accel/kvm/kvm-all.c kvm_eat_signals (immediate_exit = 0)',
      do: (s) => {
        s[signal] = 0;
      },
    },
    'lock-bql-after-run': {
      at: 'QEMU accel/kvm/kvm-all.c kvm_cpu_exec (qemu_mutex_lock_iothread)',
      cost: 'bqlLock',
      when: bql.isFree,
      do: (s) => {
        lock(s);
      },
    },
    'process-async-events': {
      at: `${KVM_FILE} kvm_arch_process_async_events (apic_poll_irq)`,
      do: (s) => {
        if (s[poll] === 1) s[hard] = apic.isPending(s) ? 1 : 0;
        s[poll] = 0;
        s[bql.owner] = BQL_FREE;
        return RETURN;
      },
    },
  };
}
