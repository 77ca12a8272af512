import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { MAIN_LOOP, QEMU_APIC } from '../parties.ts';

const FILE = 'QEMU hw/intc/apic.c';

/** The local APIC that QEMU emulates for a vCPU, as far as one vector goes, and how it tells the vCPU. */
export interface QemuApic {
  readonly vector: number;
  readonly irr: Field;
  readonly isr: Field;
  /** CPU_INTERRUPT_POLL: another thread has changed the APIC, the vCPU thread has to look. */
  readonly poll: Field;
  /** CPU_INTERRUPT_HARD: there is an interrupt that can be delivered. */
  readonly hard: Field;
  /** SIG_IPI is pending for the vCPU thread, or its handler has set `kvm_run.immediate_exit`. */
  readonly signal: Field;
  /** Whether `apic_irq_pending` finds the vector: one in service holds off itself. */
  readonly isPending: (s: State) => boolean;
  /** A message comes from the main loop, which kicks the vCPU thread. */
  readonly deliver: Procedure;
  /** A message comes from the vCPU thread itself. */
  readonly deliverToSelf: Procedure;
}

/** What the APIC is bound to. */
export interface QemuApicWiring {
  readonly vcpu: X86Vcpu;
  readonly vector: number;
  /** What the message says that brings the vector. */
  readonly trigger: 'level' | 'edge';
}

/**
 * Adds the APIC. `cpu->thread_kicked`, which spares a second signal, is left out: nobody can kick again before the thread
 * has looked, since the line is not sent twice.
 * Source: QEMU hw/intc/apic.c `apic_set_irq`, `apic_update_irq`, softmmu/cpus.c `qemu_cpu_kick`, accel/kvm/kvm-all.c
 * `kvm_ipi_signal` (7.2); trace X5-off.
 */
export function qemuApic(m: ModelBuilder, { vcpu, vector, trigger }: QemuApicWiring): QemuApic {
  const irr = m.field('QEMU APIC IRR', { values: ['clear', 'set'] });
  const isr = m.field('QEMU APIC ISR', { values: ['clear', 'set'] });
  const poll = m.field('CPU_INTERRUPT_POLL', { values: ['clear', 'set'] });
  const hard = m.field('CPU_INTERRUPT_HARD', { values: ['clear', 'set'] });
  const signal = m.field('SIG_IPI', { values: ['none', 'pending'] });
  const isPending = (s: State): boolean => s[irr] === 1 && s[isr] === 0;
  const message = {
    cost: 'apicAccept',
    emits: [
      `qemu:apic_deliver_irq dest 0 dest_mode 0 delivery_mode 0 vector ${String(vector)} trigger_mode ${trigger === 'level' ? '1' : '0'}`,
    ],
  };
  return {
    vector,
    irr,
    isr,
    poll,
    hard,
    signal,
    isPending,
    deliver: procedure(QEMU_APIC, 'apic_set_irq', {
      'apic-set-irq': {
        ...message,
        at: `${FILE} apic_set_irq, apic_update_irq (another thread: CPU_INTERRUPT_POLL)`,
        do: (s) => {
          s[irr] = 1;
          s[poll] = 1;
        },
        call: kickThread(vcpu, signal),
      },
    }),
    deliverToSelf: procedure(QEMU_APIC, 'apic_set_irq(self)', {
      'apic-set-irq-again': {
        ...message,
        at: `${FILE} apic_set_irq, apic_update_irq (the vCPU thread itself: CPU_INTERRUPT_HARD)`,
        do: (s) => {
          s[irr] = 1;
          s[hard] = isPending(s) ? 1 : 0;
        },
      },
    }),
  };
}

/**
 * A message of a device model: a store to the window of the local APICs, which are all in QEMU.
 * Source: QEMU hw/pci/pci.c `msi_send_message`, hw/intc/apic.c `apic_mem_write`, `apic_send_msi` (7.2); no trace.
 */
export function apicSendMsi(apic: QemuApic): Procedure {
  return procedure(QEMU_APIC, 'apic_send_msi', {
    'send-msi': {
      at: `${FILE} apic_mem_write (apic_send_msi, apic_deliver_irq)`,
      cost: 'deviceModel',
      call: apic.deliver,
    },
  });
}

/** `qemu_cpu_kick`: a signal to the vCPU thread, which makes its CPU leave the guest. */
function kickThread({ inGuest, ipi }: X86Vcpu, signal: Field): Procedure {
  return procedure(MAIN_LOOP, 'qemu_cpu_kick', {
    'kick-thread': {
      at: 'QEMU softmmu/cpus.c cpus_kick_thread (pthread_kill: SIG_IPI)',
      cost: 'syscall',
      emits: ['syscalls:sys_enter_tgkill'],
      do: (s) => {
        s[signal] = 1;
        return s[inGuest] === 1 ? undefined : RETURN;
      },
    },
    'kick-process': {
      at: 'Linux kernel/sched/core.c kick_process (smp_send_reschedule)',
      cost: 'ipi',
      // A thread that has left the guest meanwhile has seen the signal.
      do: (s) => {
        s[ipi] = s[inGuest] === 1 && s[signal] === 1 ? 1 : 0;
      },
    },
  });
}
