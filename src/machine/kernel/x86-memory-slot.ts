import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { KVM } from '../parties.ts';
import type { MemorySlot } from './memory-slot.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

/** What the second-level page tables say of the device's region. */
export const EPT_ABSENT = 0;
export const EPT_MAPPED = 1;
/** Known to be MMIO: the next access exits without a walk (VMX: EPT_MISCONFIG). */
export const EPT_MMIO = 2;

/** A device region's slot, and its twin in the second address space that a machine with SMM has. */
export interface X86MemorySlot extends MemorySlot {
  readonly smm: { readonly create: Procedure; readonly remove: Procedure };
}

/**
 * Adds the slot of a device region on x86; it is there and mapped from the start unless `mmap` is false. Every change
 * of the slots forces vCPUs out of the guest, those of the second address space too, which the guest does not use
 * outside of SMM. Removing a slot makes the guest fault its RAM again; those exits (trace X4b: tens of them) are not
 * modelled.
 * Source: Linux virt/kvm/kvm_main.c `kvm_set_memory_region`, arch/x86/kvm/mmu/mmu.c (6.12); trace X4b.
 */
export function x86MemorySlot(m: ModelBuilder, mmap: boolean, { inGuest, ipi }: X86Vcpu): X86MemorySlot {
  const initial = mmap ? 1 : 0;
  const present = m.field('memory slot', { notable: true, initial, values: ['absent', 'present'] });
  const mapped = m.field('second-level mapping', {
    initial: mmap ? EPT_MAPPED : EPT_ABSENT,
    values: ['absent', 'mapped', 'MMIO'],
  });
  /** `change` and, if a vCPU is in the guest, the IPI. Removing a slot kicks twice: once to invalidate it. */
  const setRegion = (
    name: string,
    label: string,
    kind: 'create' | 'delete',
    options: { readonly marks?: readonly string[]; readonly change?: (s: State) => undefined },
  ): Procedure =>
    procedure<string>(KVM, `kvm_set_memory_region(${name})`, {
      [label]: {
        at: `Linux virt/kvm/kvm_main.c kvm_set_memory_region (${kind === 'create' ? 'KVM_MR_CREATE' : 'KVM_MR_DELETE: kvm_arch_flush_shadow_memslot'})`,
        cost: kind === 'create' ? 'memorySlotCreate' : 'memorySlotDelete',
        emits: [
          'syscalls:sys_enter_ioctl cmd=KVM_SET_USER_MEMORY_REGION',
          // A slot that is deleted is invalid first.
          ...(kind === 'create' ? [] : ['function:kvm_vcpu_kick']),
        ],
        ...(options.marks ? { marks: options.marks } : {}),
        ...(options.change ? { do: options.change } : {}),
      },
      // The slots have changed before anybody is told: an access that faults now finds them so (trace X4b).
      [`updated-by-${label}`]: {
        at: 'Linux virt/kvm/kvm_main.c kvm_swap_active_memslots (kvm_arch_memslots_updated)',
        emits: ['function:kvm_vcpu_kick'],
        do: (s) => (s[inGuest] === 1 ? undefined : RETURN),
      },
      [`kick-by-${label}`]: {
        at: 'Linux arch/x86/kvm/x86.c kvm_arch_memslots_updated (kvm_vcpu_kick)',
        cost: 'ipi',
        do: (s) => {
          s[ipi] = s[inGuest] as number;
        },
      },
    });
  const change = (value: 0 | 1) => (s: State) => {
    s[present] = value;
    // What is known to be MMIO is known for one generation of the slots only.
    s[mapped] = EPT_ABSENT;
    return undefined;
  };
  return {
    present,
    mapped,
    create: setRegion('create', 'create-slot', 'create', { marks: ['fast-path-on'], change: change(1) }),
    remove: setRegion('delete', 'delete-slot', 'delete', { marks: ['fast-path-off'], change: change(0) }),
    smm: {
      create: setRegion('create, SMM', 'create-smm-slot', 'create', {}),
      remove: setRegion('delete, SMM', 'delete-smm-slot', 'delete', {}),
    },
  };
}
