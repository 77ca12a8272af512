import type { Field, State } from '../../engine/state.ts';
import { RETURN } from '../../engine/step.ts';
import type { Step } from '../../engine/step.ts';

/** How a vCPU is told that something changed while it may be in the guest. */
export interface VcpuKick {
  /** `kvm_make_request(KVM_REQ_IRQ_PENDING)`; says whether the vCPU is in guest mode, so that an IPI is needed. */
  readonly request: (s: State) => boolean;
  /** `smp_send_reschedule`: forces the vCPU's CPU out of the guest. */
  readonly sendIpi: (s: State) => void;
}

/** An interrupt that KVM puts into list registers, as its run loop and the guest see it, whatever kind it is. */
export interface VgicListed {
  readonly suffix: string;
  /** Number of the interrupt in the guest. */
  readonly intid: number;
  /** Whether a list register holds the interrupt (`vgic_irq.on_lr`). */
  readonly onLr: Field;
  /** Writes the list register before entry (`vgic_v2_populate_lr`, `vgic_v3_populate_lr`). */
  readonly populate: (s: State) => void;
  /** Reads it back after an exit (`vgic_v2_fold_lr_state`, `vgic_v3_fold_lr_state`). */
  readonly fold: (s: State) => void;
  /** The guest has completed it and KVM wants to know (`vgic_v2_lr_signals_eoi_mi`): a maintenance interrupt. */
  readonly signalsEoi: (s: State) => boolean;
  /** Whether a halted vCPU has to run for it (`kvm_vgic_vcpu_pending_irq`). */
  readonly wakesVcpu: (s: State) => boolean;
  /** Whether the guest's CPU interface signals it, if there is no other. */
  readonly isSignalled: (s: State) => boolean;
  /** The guest takes it (GICV_IAR, ICC_IAR1_EL1). */
  readonly acknowledge: (s: State) => void;
  /** The guest ends it (GICV_EOIR, ICC_EOIR1_EL1): what is pending behind it stays. */
  readonly end: (s: State) => void;
}

/** Whether a halted vCPU has a reason to run (`kvm_vgic_vcpu_pending_irq`); `pendingLast` is what its virtual PE had pending. */
export function pendingForVcpu(irqs: readonly VgicListed[], s: State, pendingLast?: Field): boolean {
  if (pendingLast !== undefined && s[pendingLast] === 1) return true;
  for (const irq of irqs) if (irq.wakesVcpu(s)) return true;
  return false;
}

/**
 * How `vgic_queue_irq_unlock` ends: the vCPU is kicked, with an IPI if it is in the guest. `canMerge`: also where the
 * interrupt was on the vCPU's list already, from the step `kick-again` on. `at` is who kicks, if somebody else.
 * Source: Linux arch/arm64/kvm/vgic/vgic.c `vgic_queue_irq_unlock` (6.12).
 */
export function kickSteps(
  suffix: string,
  vcpu: VcpuKick,
  canMerge: boolean,
  at = 'Linux arch/arm64/kvm/vgic/vgic.c vgic_queue_irq_unlock (kvm_vcpu_kick)',
): Record<string, Step> {
  return {
    ...(canMerge
      ? {
          [`kick-again${suffix}`]: {
            at: 'Linux arch/arm64/kvm/vgic/vgic.c vgic_queue_irq_unlock (already queued: kicked all the same)',
            cost: 'vcpuKick',
            emits: ['function:kvm_vcpu_kick'],
            marks: ['merged-in-vgic'],
            do: (s: State) => (vcpu.request(s) ? `send-ipi${suffix}` : RETURN),
          },
        }
      : {}),
    [`kick-vcpu${suffix}`]: {
      at,
      cost: 'vcpuKick',
      emits: ['function:kvm_vcpu_kick'],
      do: (s) => (vcpu.request(s) ? undefined : RETURN),
    },
    [`send-ipi${suffix}`]: {
      at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_kick (smp_send_reschedule)',
      cost: 'ipi',
      do: (s) => {
        vcpu.sendIpi(s);
      },
    },
  };
}
