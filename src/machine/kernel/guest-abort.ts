import type { State } from '../../engine/state.ts';
import { RETURN } from '../../engine/step.ts';
import type { Step } from '../../engine/step.ts';
import type { MemorySlot } from './memory-slot.ts';
import type { DistributorAccess, TrappedAccess } from './trapped-access.ts';
import * as vcpuState from './vcpu-state.ts';
import type { Vcpu } from './vcpu-state.ts';

/** What an abort is looked at for. */
interface AbortWiring {
  readonly vcpu: Vcpu;
  readonly access: TrappedAccess;
  readonly distributor?: DistributorAccess;
  readonly slot: (s: State) => MemorySlot;
}

/** KVM_RUN returns for an access that QEMU has to perform. Source: Linux virt/kvm/kvm_main.c `kvm_vcpu_ioctl` (6.12). */
export const EXIT_TO_QEMU: Step = {
  at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_ioctl (KVM_RUN returns KVM_EXIT_MMIO)',
  cost: 'userspaceExit',
  emits: ['kvm:kvm_userspace_exit reason KVM_EXIT_MMIO (6)'],
  marks: ['userspace-exit'],
  local: true,
  do: () => RETURN,
};

/**
 * A data abort of the guest: a page to map, a device of KVM's own, or an access for QEMU.
 * Source: Linux arch/arm64/kvm/mmu.c `kvm_handle_guest_abort`, mmio.c `io_mem_abort` (6.12); traces P2.
 */
export function abortSteps({ vcpu, slot, access, distributor }: AbortWiring): Record<string, Step> {
  return {
    'guest-abort': {
      at: 'Linux arch/arm64/kvm/mmu.c kvm_handle_guest_abort',
      cost: 'abortDecode',
      emits: [
        'function:kvm_handle_guest_abort',
        (s) => `kvm:kvm_guest_fault ipa ${hex(access.address(s) & ~0xfff)}`,
      ],
      do: (s) =>
        distributor?.isAddressed(s) !== true && s[slot(s).present] === 1 ? undefined : 'io-mem-abort',
    },
    'map-stage2': {
      at: 'Linux arch/arm64/kvm/mmu.c user_mem_abort',
      cost: 'stage2Map',
      emits: ['function:kvm_pgtable_stage2_map'],
      marks: ['stage2-fault'],
      do: (s) => {
        const { mapped, present } = slot(s);
        s[mapped] = s[present] as number;
        return 'check-requests';
      },
    },
    'io-mem-abort': {
      at: 'Linux arch/arm64/kvm/mmio.c io_mem_abort',
      local: true,
      emits: [
        'function:io_mem_abort',
        (s) =>
          `kvm:kvm_mmio mmio ${access.isRead(s) ? 'unsatisfied-read' : 'write'} len 4 gpa ${hex(access.address(s))}`,
      ],
      do: (s) => {
        s[vcpu.mmio] = vcpuState.MMIO_NEEDED;
        return distributor === undefined || distributor.isAddressed(s) ? undefined : 'exit-to-qemu';
      },
    },
    ...(distributor ? distributorSteps(vcpu, distributor) : {}),
    'exit-to-qemu': EXIT_TO_QEMU,
  };
}

/** A write to the virtual distributor, performed in the kernel. */
function distributorSteps(vcpu: Vcpu, { perform, resample }: DistributorAccess): Record<string, Step> {
  const write: Step<'check-requests'> = {
    at: 'Linux arch/arm64/kvm/vgic/vgic-mmio.c vgic_mmio_write_senable, vgic_mmio_write_cenable',
    cost: 'vgicMmio',
    do: (s) => {
      perform(s);
      s[vcpu.mmio] = vcpuState.MMIO_DONE;
      return resample?.isDue(s) === true ? undefined : 'check-requests';
    },
    ...(resample ? { call: resample.procedure } : {}),
  };
  return {
    'vgic-mmio-write': write,
    ...(resample
      ? {
          'late-resample-done': {
            at: 'what-if, as x86 does: the resampler waits until the guest has unmasked (KVM: Fix oneshot interrupts forwarding)',
            do: () => 'check-requests',
          },
        }
      : {}),
  };
}

/** A number as trace points print addresses. */
export function hex(address: number): string {
  return `0x${address.toString(16)}`;
}
