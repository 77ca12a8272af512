import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { DOORBELL_NONE, VPE_NOT_RESIDENT, VPE_RESIDENT, VPE_WAITS } from '../hardware/gicv4.ts';
import type { VirtualPe } from '../hardware/gicv4.ts';
import { VGIC } from '../parties.ts';
import { kickSteps } from './vgic-listed.ts';
import type { VcpuKick } from './vgic-listed.ts';

const FILE = 'Linux arch/arm64/kvm/vgic/vgic-v4.c';

/** What KVM keeps of a vCPU's virtual PE (`struct its_vpe`), and does with it when the vCPU blocks. */
export interface VcpuVpe {
  /** `its_vpe.pending_last`: a reason for a halted vCPU to run. */
  readonly pendingLast: Field;
  /** Steps of `kvm_vcpu_wfi` in front of `kvm_vcpu_halt`: it asks for a doorbell. */
  readonly put: Readonly<Record<string, Step>>;
  /** The step `vgic-v4-load` behind it, which goes on in the run loop. */
  readonly load: Readonly<Record<string, Step<'check-requests'>>>;
  /** The hard-IRQ context of the doorbell. */
  readonly doorbell: (irqsOn: (s: State) => boolean, vcpu: VcpuKick) => Procedure;
}

/**
 * Adds it. A vCPU that blocks makes its vPE non-resident and asks for a doorbell; what was pending then is known at once.
 * GICv4.1; before, a doorbell had to be enabled and disabled. `doorbellRaces` is the known bug: what the redistributor
 * said is stored behind the back of a doorbell that has come meanwhile.
 * Source: Linux arch/arm64/kvm/vgic/vgic-v4.c, arch/arm64/kvm/arm.c `kvm_vcpu_wfi`, drivers/irqchip/irq-gic-v3-its.c
 * `its_vpe_4_1_deschedule` (6.12); nobody has traced it, since no machine at hand has a GICv4.
 */
export function vcpuVpe(m: ModelBuilder, pe: VirtualPe, doorbellRaces: boolean): VcpuVpe {
  const pendingLast = m.field('pending_last', { values: ['no', 'yes'] });
  const read = doorbellRaces ? m.field('PendingLast as read', { values: ['clear', 'set'] }) : pendingLast;
  const at = 'Linux drivers/irqchip/irq-gic-v3-its.c its_vpe_4_1_deschedule';
  return {
    pendingLast,
    put: {
      'vgic-v4-put': {
        at: `${FILE} vgic_v4_put (its_vpe_4_1_deschedule: GICR_VPENDBASER, PendingLast clear, doorbell asked for)`,
        cost: 'vpeSchedule',
        do: (s): undefined => {
          s[pe.state] = s[pe.pending] === 1 ? VPE_NOT_RESIDENT : VPE_WAITS;
          s[read] = s[pe.pending] as number;
        },
      },
      ...(doorbellRaces
        ? {
            'store-pending-last': {
              at: `${at} (pending_last, not under vpe_lock)`,
              do: (s: State): undefined => {
                s[pendingLast] = s[read] as number;
                s[read] = 0;
              },
            },
          }
        : {}),
    },
    load: {
      'vgic-v4-load': {
        at: `${FILE} vgic_v4_load (its_make_vpe_resident: GICR_VPENDBASER Valid)`,
        cost: 'vpeSchedule',
        do: (s) => {
          s[pe.state] = VPE_RESIDENT;
          // Nobody reads it before it is written again.
          s[pendingLast] = 0;
          return 'check-requests';
        },
      },
    },
    doorbell: (irqsOn, vcpu) =>
      procedure<string>(VGIC, 'vgic_v4_doorbell_handler', {
        'doorbell-exception': {
          at: 'Linux drivers/irqchip/irq-gic-v3.c gic_handle_irq (the doorbell LPI of the vPE)',
          cost: 'hardirqEntry',
          rest: true,
          marks: ['physical-irq'],
          when: (s) => s[pe.doorbell] === 1 && irqsOn(s),
          do: (s) => {
            s[pe.doorbell] = DOORBELL_NONE;
          },
        },
        'doorbell-handler': {
          at: `${FILE} vgic_v4_doorbell_handler (pending_last, under vpe_lock)`,
          cost: 'irqHandler',
          emits: ['irq:irq_handler_entry irq=40 name=vcpu'],
          marks: ['handler-call'],
          do: (s) => {
            // A vCPU that has become resident again meanwhile does not look at it any more.
            if (s[pe.state] !== VPE_RESIDENT) s[pendingLast] = 1;
          },
          call: procedure(
            VGIC,
            'kvm_vcpu_kick',
            kickSteps(
              '',
              vcpu,
              false,
              `${FILE} vgic_v4_doorbell_handler (KVM_REQ_IRQ_PENDING, kvm_vcpu_kick)`,
            ),
          ),
        },
        'doorbell-done': {
          at: 'Linux kernel/irq/handle.c __handle_irq_event_percpu',
          emits: ['irq:irq_handler_exit irq=40 ret=handled'],
        },
      }),
  };
}
