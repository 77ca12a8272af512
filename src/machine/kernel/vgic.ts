import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { Trigger } from '../hardware/gicv2.ts';
import { VGIC } from '../parties.ts';
import { kickSteps } from './vgic-listed.ts';
import type { VcpuKick, VgicListed } from './vgic-listed.ts';

/** States of a GICv2 list register (GICH_LRn bits 29:28). */
export const LR_INVALID = 0;
export const LR_PENDING = 1;
export const LR_ACTIVE = 2;
export const LR_PENDING_ACTIVE = 3;

/** KVM's virtual distributor and list register of one shared peripheral interrupt. */
export interface VgicIrq extends VgicListed {
  /** How the guest has configured it. */
  readonly config: Trigger;
  /** `vgic_irq.line_level`: what the injector last said. */
  readonly lineLevel: Field;
  /** `vgic_irq.active` as KVM last saw it in the list register. */
  readonly active: Field;
  /** `vgic_irq.enabled`: whether the guest has it enabled in its distributor. */
  readonly enabled: Field;
  readonly lrState: Field;
  /** `irq_is_pending`. */
  readonly isPending: (s: State) => boolean;
  /** `kvm_vgic_inject_irq` with level 1 or 0. */
  readonly inject: (level: 0 | 1, vcpu: VcpuKick) => Procedure;
  readonly isAtRest: (s: State) => boolean;
  /** Whether the guest has configured it as an edge and one is remembered that it has not taken. */
  readonly hasEdge: (s: State) => boolean;
  /** Reset of the distributor by QEMU: what an edge had left is gone. */
  readonly reset: (s: State) => void;
  /** The guest configures the trigger and enables the interrupt. */
  readonly configure: (s: State) => void;
}

/** How an interrupt is configured. */
export interface VgicIrqOptions {
  readonly suffix: string;
  readonly intid: number;
  readonly config: Trigger;
  /** Whether the run begins before the guest has configured and enabled the interrupt. */
  readonly fromReset: boolean;
  /** Known bug: a level interrupt that is active is made pending as well (before Linux 67b5b673ad4d). */
  readonly pendingWhileActive: boolean;
  /** Known bug: nobody is told of what becomes pending while the interrupt is on a vCPU's list already. */
  readonly queuedUnseen: boolean;
}

/**
 * Adds the vGIC's view of one SPI. Its priority is never masked.
 * Source: Linux arch/arm64/kvm/vgic/vgic.c, vgic-v2.c, vgic-v3.c (6.12), which do the same with different registers.
 */
export function vgicIrq(m: ModelBuilder, options: VgicIrqOptions): VgicIrq {
  const { suffix, intid, config, pendingWhileActive, fromReset } = options;
  const lineLevel = m.field(`vGIC line${suffix}`, { notable: true, values: ['low', 'high'] });
  const active = m.field(`vGIC active${suffix}`, { values: ['inactive', 'active'] });
  const enabled = m.field(`vGIC SPI${suffix}`, {
    initial: fromReset ? 0 : 1,
    values: ['disabled', 'enabled'],
  });
  const lrState = m.field(`list register${suffix}`, {
    values: ['invalid', 'pending', 'active', 'pending and active'],
  });
  const onLr = m.field(`on list register${suffix}`, { values: ['no', 'yes'] });
  const hasLatch = config === 'edge' || fromReset;
  const latch = hasLatch ? m.field(`vGIC pending${suffix}`, { values: ['no', 'yes'] }) : undefined;
  const configured = fromReset
    ? m.field(`vGIC trigger${suffix}`, { values: ['as after reset', 'as the guest says'] })
    : undefined;
  // Every interrupt is an edge one after reset.
  const isEdge = (s: State): boolean =>
    config === 'edge' || (configured !== undefined && s[configured] === 0);
  const isPending = (s: State): boolean =>
    (latch !== undefined && s[latch] === 1) || (!isEdge(s) && s[lineLevel] === 1);
  return {
    suffix,
    intid,
    config,
    lineLevel,
    active,
    enabled,
    lrState,
    onLr,
    isPending,
    populate: (s) => {
      const wasActive = s[active] === 1;
      // A level interrupt that is active is not made pending as well: Linux 67b5b673ad4d.
      const mayPend = !wasActive || isEdge(s) || pendingWhileActive;
      const pending = mayPend && s[enabled] === 1 && isPending(s);
      s[lrState] = (wasActive ? LR_ACTIVE : LR_INVALID) | (pending ? LR_PENDING : LR_INVALID);
      s[onLr] = s[lrState] === LR_INVALID ? 0 : 1;
      if (pending && latch !== undefined && isEdge(s)) s[latch] = 0;
    },
    // The pending bit of a level interrupt is not kept: the line says it.
    fold: (s) => {
      const state = s[lrState] as number;
      s[active] = (state & LR_ACTIVE) === 0 ? 0 : 1;
      if (latch !== undefined) {
        if (isEdge(s)) {
          if ((state & LR_PENDING) !== 0) s[latch] = 1;
        } else if (state === LR_INVALID) s[latch] = 0;
      }
      s[lrState] = LR_INVALID;
      s[onLr] = 0;
    },
    isSignalled: (s) => s[lrState] === LR_PENDING,
    acknowledge: (s) => {
      s[lrState] = LR_ACTIVE;
    },
    end: (s) => {
      s[lrState] = (s[lrState] as number) & LR_PENDING;
    },
    wakesVcpu: (s) => isPending(s) && s[enabled] === 1 && s[active] === 0,
    signalsEoi: (s) => !isEdge(s) && s[onLr] === 1 && s[lrState] === LR_INVALID,
    inject: (level, vcpu) => injection(level, vcpu),
    isAtRest: (s) =>
      (isEdge(s) || s[lineLevel] === 0) &&
      !isPending(s) &&
      s[active] === 0 &&
      s[lrState] === LR_INVALID &&
      s[onLr] === 0,
    hasEdge: (s) =>
      config === 'edge' &&
      ((latch !== undefined && s[latch] === 1) || ((s[lrState] as number) & LR_PENDING) !== 0),
    reset: (s) => {
      if (latch !== undefined) s[latch] = 0;
    },
    configure: (s) => {
      s[enabled] = 1;
      if (configured !== undefined) s[configured] = 1;
    },
  };

  /** `irq->vcpu`: it is on the list of a vCPU until that finds it neither pending nor active after an exit. */
  function isQueued(s: State): boolean {
    return s[active] === 1 || s[onLr] === 1 || (s[enabled] === 1 && isPending(s));
  }

  function injection(level: 0 | 1, vcpu: VcpuKick): Procedure {
    const name = String(level);
    const queued = (after: State, before: State): string => {
      const validated = after[lineLevel] !== before[lineLevel] || (isEdge(before) && level === 1);
      return validated ? 'function:vgic_queue_irq_unlock' : '';
    };
    const steps: Record<string, Step> = {
      [`inject-level-${name}${suffix}`]: {
        at: 'Linux arch/arm64/kvm/vgic/vgic.c kvm_vgic_inject_irq',
        cost: 'vgicInject',
        emits: [
          'function:kvm_vgic_inject_irq',
          `kvm:vgic_update_irq_pending VCPU: 0, IRQ ${String(intid)}, level: ${name}`,
          queued,
        ],
        // vgic_validate_injection: a level that changes, or any rising of an edge; then vgic_target_oracle.
        do: (s) => {
          if (isEdge(s)) {
            if (level === 0) return RETURN;
          } else if (s[lineLevel] === level) {
            return RETURN;
          }
          const unseen = options.queuedUnseen && isQueued(s);
          let merged = false;
          if (latch !== undefined && isEdge(s)) {
            merged = config === 'edge' && s[latch] === 1;
            s[latch] = 1;
          } else {
            s[lineLevel] = level;
          }
          const hasTarget = s[active] === 1 || (s[enabled] === 1 && isPending(s));
          if (!hasTarget || unseen) return RETURN;
          return merged ? `kick-again${suffix}` : `kick-vcpu${suffix}`;
        },
      },
      // Only an edge of an enabled interrupt can come behind another: after reset there are edges, but none is enabled.
      ...kickSteps(suffix, vcpu, config === 'edge' && level === 1),
    };
    return procedure(VGIC, `kvm_vgic_inject_irq(${name})${suffix}`, steps);
  }
}

/**
 * Which interrupt the guest's CPU interface signals: the first that is pending, while none is active, as all have
 * the same priority. Minus one if none.
 */
export function signalled(irqs: readonly VgicIrq[], s: State): number {
  let first = -1;
  for (let i = irqs.length - 1; i >= 0; i--) {
    const state = s[(irqs[i] as VgicIrq).lrState] as number;
    if ((state & LR_ACTIVE) !== 0) return -1;
    if (state === LR_PENDING) first = i;
  }
  return first;
}
