import type { State } from '../../engine/state.ts';
import { RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { EXIT_APIC_EOI } from '../kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { IOAPIC_EOI_WRITE } from './apic-registers.ts';
import type { Bql } from './bql.ts';
import { BQL_FREE, BQL_VCPU } from './bql.ts';
import type { VcpuThreadWiring } from './vcpu-thread.ts';

type OtherExits = NonNullable<VcpuThreadWiring['otherExits']>;

/**
 * QEMU's part of an exit for the end of an interrupt (KVM_EXIT_IOAPIC_EOI), which it handles without the BQL.
 * Source: QEMU target/i386/kvm/kvm.c `kvm_arch_handle_exit` (7.2, 10.2); trace X5-split.
 */
export function ioapicEoiExit(vcpu: X86Vcpu, broadcast: Procedure): OtherExits {
  return {
    firstStep: (s: State) => (s[vcpu.exitReason] === EXIT_APIC_EOI ? 'handle-ioapic-eoi' : undefined),
    steps: {
      'handle-ioapic-eoi': {
        at: 'QEMU target/i386/kvm/kvm.c kvm_arch_handle_exit (KVM_EXIT_IOAPIC_EOI)',
        emits: ['qemu:kvm_run_exit cpu_index 0, reason 26'],
        call: broadcast,
      },
    },
  };
}

/**
 * The guest's write to the EOI register that an IOAPIC of version 0x20 has.
 * Source: QEMU hw/intc/ioapic.c `ioapic_mem_write` (IOAPIC_EOI); no trace.
 */
export function ioapicEoiWrite(vcpu: X86Vcpu, bql: Bql, broadcast: Procedure): OtherExits {
  const unlock: Step = {
    at: 'QEMU softmmu/physmem.c flatview_write_continue (qemu_mutex_unlock_iothread)',
    do: (s) => {
      s[bql.owner] = BQL_FREE;
      return RETURN;
    },
  };
  return {
    firstStep: (s: State) => (s[vcpu.mmioRegister] === IOAPIC_EOI_WRITE ? 'lock-bql-for-ioapic' : undefined),
    steps: {
      'lock-bql-for-ioapic': {
        at: 'QEMU softmmu/physmem.c prepare_mmio_access (qemu_mutex_lock_iothread)',
        cost: 'bqlLock',
        emits: ['qemu:kvm_run_exit cpu_index 0, reason 6'],
        when: bql.isFree,
        do: (s) => {
          s[bql.owner] = BQL_VCPU;
        },
      },
      'ioapic-mem-write': {
        at: 'QEMU hw/intc/ioapic.c ioapic_mem_write (IOAPIC_EOI)',
        cost: 'deviceModel',
        emits: ['qemu:ioapic_mem_write'],
        call: broadcast,
      },
      'unlock-bql-after-ioapic': unlock,
    },
  };
}
