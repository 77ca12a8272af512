import type { Field, State } from '../../engine/state.ts';
import type { GicLine } from '../hardware/gicv2.ts';
import { LR_ACTIVE, LR_INVALID, LR_PENDING, LR_PENDING_ACTIVE } from './vgic.ts';
import type { VgicIrq } from './vgic.ts';

/** The physical interrupt that a virtual one may be mapped to. */
export interface PhysicalIrq {
  /** `vgic_irq.hw`: 1 while it is mapped. Changed only while the guest is halted. */
  readonly hw: Field;
  /** GICH_LRn.HW of the list register that holds it, with the physical interrupt's number in GICH_LRn.PhysicalID. */
  readonly lrHw: Field;
  readonly gic: GicLine;
  /**
   * Known bug: nobody lowers the line, and a level that was queued once is not sampled again (`irq_queued`); null
   * if the line is lowered when the list register is written.
   */
  readonly queued: Field | null;
}

/**
 * A level interrupt of the vGIC that may be mapped to a physical one: its list register has the HW bit and the number
 * of the physical interrupt instead of the EOI bit, and the guest's end of interrupt deactivates that one in hardware.
 * The vGIC sees rising edges only, so the line is lowered as soon as the list register is written.
 * Source: Linux arch/arm64/kvm/vgic/vgic-v2.c `vgic_v2_populate_lr`, vgic.c `vgic_irq_handle_resampling` (6.12); for
 * the bug, virt/kvm/arm/vgic.c `vgic_can_sample_irq` (3.18).
 */
export function mappedIrq(irq: VgicIrq, { hw, lrHw, gic, queued }: PhysicalIrq): VgicIrq {
  const { lrState, lineLevel, active, onLr } = irq;
  const isSwallowed = (s: State): boolean => queued !== null && s[hw] === 1 && s[queued] === 1;
  return {
    ...irq,
    isPending: (s) => irq.isPending(s) && !isSwallowed(s),
    populate: (s) => {
      irq.populate(s);
      if (s[hw] === 0) return;
      s[lrHw] = s[onLr] as number;
      if (((s[lrState] as number) & LR_PENDING) === 0) return;
      if (queued === null) {
        s[lineLevel] = 0;
      } else if (isSwallowed(s)) {
        s[lrState] = (s[lrState] as number) & LR_ACTIVE;
        s[onLr] = s[lrState] === LR_INVALID ? 0 : 1;
        s[lrHw] = s[onLr];
      } else {
        s[queued] = 1;
      }
    },
    fold: (s) => {
      const state = s[lrState] as number;
      const wasPending = (state & LR_PENDING) !== 0;
      const wasDeactivated = s[active] === 1 && (state & LR_ACTIVE) === 0;
      irq.fold(s);
      s[lrHw] = 0;
      if (s[hw] === 0) return;
      if (queued !== null) {
        if (wasPending) s[queued] = 0;
      } else if (wasPending || (wasDeactivated && s[lineLevel] === 1)) {
        s[lineLevel] = gic.isPending(s) ? 1 : 0;
        if (s[lineLevel] === 0) s[gic.active] = 0;
      }
    },
    signalsEoi: (s) => s[lrHw] === 0 && irq.signalsEoi(s),
    end: (s) => {
      irq.end(s);
      if (s[lrHw] === 1) s[gic.active] = 0;
    },
    // What KVM has not read back yet changes nothing: the guest was the last to act.
    isAtRest: (s) =>
      s[hw] === 0 ? irq.isAtRest(s) : s[lrState] === LR_INVALID && (queued !== null || s[lineLevel] === 0),
  };
}

/**
 * Whether a hardware list register breaks what the architecture asks of it: it is never pending and active, as the
 * pending state is kept in the physical distributor, and it is valid only while the physical interrupt that it will
 * deactivate is active. Source: Linux vgic-v2.c `vgic_v2_populate_lr` (comment), Arm GICv2 specification, GICH_LRn.
 */
export function breaksDiscipline(s: State, { lrState }: VgicIrq, { lrHw, gic }: PhysicalIrq): boolean {
  if (s[lrHw] === 0 || s[lrState] === LR_INVALID) return false;
  return s[lrState] === LR_PENDING_ACTIVE || s[gic.active] === 0;
}
