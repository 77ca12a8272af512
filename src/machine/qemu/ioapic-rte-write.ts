import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { ScannedVcpu } from '../kernel/ioapic-destination.ts';
import { kickForScan } from '../kernel/ioapic-destination.ts';
import { IOWIN_WRITE_DESTINATION, KVM_IOAPIC_ADDRESS } from '../kernel/ioapic-mmio.ts';
import { KVM } from '../parties.ts';
import type { Bql } from './bql.ts';
import { BQL_FREE, BQL_VCPU } from './bql.ts';
import type { VcpuThreadWiring } from './vcpu-thread.ts';

/**
 * What the exits of vCPU `own` do whose guest has its interrupt sent to the `other` from now on, with the IOAPIC in QEMU:
 * the pin's route in KVM is rewritten, and both vCPUs are asked to look at the routes again.
 * Source: QEMU hw/intc/ioapic.c `ioapic_mem_write`, `ioapic_update_kvm_routes`, Linux arch/x86/kvm/irq_comm.c
 * `kvm_arch_irq_routing_update`; no trace.
 */
export function ioapicRteWrite(
  bql: Bql,
  destination: Field,
  own: ScannedVcpu,
  other: ScannedVcpu,
): NonNullable<VcpuThreadWiring['otherExits']> {
  const { mmioRegister } = own.vcpu;
  return {
    firstStep: (s: State) =>
      (s[mmioRegister] as number) in KVM_IOAPIC_ADDRESS ? 'lock-bql-for-rte' : undefined,
    steps: {
      'lock-bql-for-rte': {
        at: 'QEMU softmmu/physmem.c prepare_mmio_access (qemu_mutex_lock_iothread)',
        cost: 'bqlLock',
        emits: [`qemu:kvm_run_exit cpu_index ${String(own.vcpu.id)}, reason 6`],
        when: bql.isFree,
        do: (s) => {
          s[bql.owner] = BQL_VCPU;
        },
      },
      'ioapic-mem-write-rte': {
        at: 'QEMU hw/intc/ioapic.c ioapic_mem_write (IOREGSEL; IOWIN: ioapic_update_kvm_routes)',
        cost: 'deviceModel',
        emits: ['qemu:ioapic_mem_write'],
        do: (s) => (s[mmioRegister] === IOWIN_WRITE_DESTINATION ? undefined : 'unlock-bql-after-rte'),
        call: setGsiRouting(destination, own, other),
      },
      'unlock-bql-after-rte': {
        at: 'QEMU softmmu/physmem.c flatview_write_continue (qemu_mutex_unlock_iothread)',
        do: (s) => {
          s[bql.owner] = BQL_FREE;
          return RETURN;
        },
      },
    },
  };
}

function setGsiRouting(destination: Field, own: ScannedVcpu, other: ScannedVcpu): Procedure {
  return procedure<string>(KVM, 'kvm_set_irq_routing', {
    'set-gsi-routing': {
      at: 'Linux virt/kvm/irqchip.c kvm_set_irq_routing (KVM_SET_GSI_ROUTING; kvm_make_scan_ioapic_request)',
      cost: 'irqLineIoctl',
      emits: ['syscalls:sys_enter_ioctl cmd=KVM_SET_GSI_ROUTING'],
      do: (s) => {
        s[destination] = other.vcpu.id;
        s[own.scan.requested] = 1;
        s[other.scan.requested] = 1;
        return s[other.vcpu.inGuest] === 1 ? undefined : RETURN;
      },
    },
    'kick-for-scan': kickForScan(other.vcpu, RETURN),
  });
}
