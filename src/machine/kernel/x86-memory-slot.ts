import type { ModelBuilder } from '../../engine/model.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Step } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import type { MemorySlot } from './memory-slot.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

/** What the second-level page tables say of the device's region. */
export const EPT_ABSENT = 0;
export const EPT_MAPPED = 1;
/** Known to be MMIO: the next access exits without a walk (VMX: EPT_MISCONFIG). */
export const EPT_MMIO = 2;

/**
 * Adds the slot of a device region on x86; it is there and mapped from the start unless `mmap` is false. Every change
 * of the slots forces vCPUs out of the guest. Removing one makes the guest fault its RAM again too; those exits
 * (trace X4b: tens of them) are not modelled.
 * Source: Linux virt/kvm/kvm_main.c `kvm_set_memory_region`, arch/x86/kvm/mmu/mmu.c (6.12); trace X4b.
 */
export function x86MemorySlot(m: ModelBuilder, mmap: boolean, { inGuest, ipi }: X86Vcpu): MemorySlot {
  const initial = mmap ? 1 : 0;
  const present = m.field('memory slot', { notable: true, initial, values: ['absent', 'present'] });
  const mapped = m.field('second-level mapping', {
    initial: mmap ? EPT_MAPPED : EPT_ABSENT,
    values: ['absent', 'mapped', 'MMIO'],
  });
  const kick: Step<never> = {
    at: 'Linux arch/x86/kvm/x86.c kvm_arch_memslots_updated (kvm_vcpu_kick)',
    cost: 'ipi',
    do: (s) => {
      s[ipi] = s[inGuest] as number;
    },
  };
  return {
    present,
    mapped,
    create: procedure(KVM, 'kvm_set_memory_region(create)', {
      'create-memory-slot': {
        at: 'Linux virt/kvm/kvm_main.c kvm_set_memory_region (KVM_MR_CREATE)',
        cost: 'memorySlotCreate',
        emits: ['syscalls:sys_enter_ioctl cmd=KVM_SET_USER_MEMORY_REGION', 'function:kvm_vcpu_kick'],
        marks: ['fast-path-on'],
        // What is known to be MMIO is known for one generation of the slots only.
        do: (s) => {
          s[present] = 1;
          s[mapped] = EPT_ABSENT;
          return s[inGuest] === 1 ? undefined : RETURN;
        },
      },
      'kick-for-new-slot': kick,
    }),
    remove: procedure(KVM, 'kvm_set_memory_region(delete)', {
      'delete-memory-slot': {
        at: 'Linux virt/kvm/kvm_main.c kvm_set_memory_region (KVM_MR_DELETE: kvm_arch_flush_shadow_memslot)',
        cost: 'memorySlotDelete',
        emits: [
          'syscalls:sys_enter_ioctl cmd=KVM_SET_USER_MEMORY_REGION',
          'function:kvm_vcpu_kick',
          'function:kvm_vcpu_kick',
        ],
        marks: ['fast-path-off'],
        do: (s) => {
          s[present] = 0;
          s[mapped] = EPT_ABSENT;
          return s[inGuest] === 1 ? undefined : RETURN;
        },
      },
      'kick-for-old-slot': kick,
    }),
  };
}
