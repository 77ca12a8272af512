import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { KVM } from '../parties.ts';

/** The KVM memory slot that maps one region of a device into the guest, and its stage-2 translation. */
export interface MemorySlot {
  readonly present: Field;
  /** Whether an access goes straight to the device. A new slot is mapped at the first fault. */
  readonly mapped: Field;
  readonly create: Procedure;
  readonly remove: Procedure;
}

/**
 * Adds the slot of a device region; it is there and mapped from the start unless `mmap` is false.
 * Source: Linux virt/kvm/kvm_main.c `kvm_set_memory_region`, arch/arm64/kvm/mmu.c; on Arm removing it invalidates
 * the translation by broadcast, without an exit of the vCPU.
 */
export function memorySlot(m: ModelBuilder, mmap: boolean, suffix: string): MemorySlot {
  const initial = mmap ? 1 : 0;
  const present = m.field(`memory slot${suffix}`, { notable: true, initial, values: ['absent', 'present'] });
  const mapped = m.field(`stage-2 mapping${suffix}`, { initial, values: ['absent', 'present'] });
  return {
    present,
    mapped,
    create: procedure<string>(KVM, `kvm_set_memory_region(create)${suffix}`, {
      [`create-memory-slot${suffix}`]: {
        at: 'Linux virt/kvm/kvm_main.c kvm_set_memory_region (KVM_MR_CREATE)',
        cost: 'memorySlotCreate',
        emits: ['function:kvm_set_memory_region', 'function:kvm_set_memslot change=0'],
        marks: ['fast-path-on'],
        do: (s) => {
          s[present] = 1;
        },
      },
    }),
    remove: procedure<string>(KVM, `kvm_set_memory_region(delete)${suffix}`, {
      [`delete-memory-slot${suffix}`]: {
        at: 'Linux virt/kvm/kvm_main.c kvm_set_memory_region (KVM_MR_DELETE: kvm_arch_flush_shadow_memslot)',
        cost: 'memorySlotDelete',
        emits: [
          'function:kvm_set_memory_region',
          'function:kvm_set_memslot change=1',
          'function:kvm_arch_flush_shadow_memslot',
          'function:kvm_pgtable_stage2_unmap',
        ],
        marks: ['fast-path-off'],
        do: (s) => {
          s[present] = 0;
          s[mapped] = 0;
        },
      },
    }),
  };
}
