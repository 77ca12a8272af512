import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Tracepoint } from '../../engine/step.ts';
import { VGIC } from '../parties.ts';
import { kickSteps } from './vgic-listed.ts';
import type { VcpuKick, VgicListed } from './vgic-listed.ts';

/** Who makes an LPI pending: the step. */
export interface LpiInjection {
  readonly label: string;
  readonly at: string;
  readonly emits: readonly Tracepoint[];
  /** What else it does. */
  readonly also?: (s: State) => void;
}

/** KVM's view of one LPI, the interrupt that a message becomes behind a GICv3 ITS. */
export interface VgicLpi extends VgicListed {
  /** Makes it pending and tells the vCPU (`vgic_queue_irq_unlock`). */
  readonly inject: (injection: LpiInjection, vcpu: VcpuKick) => Procedure;
  readonly isAtRest: (s: State) => boolean;
}

/** How an LPI is configured. */
export interface VgicLpiOptions {
  readonly intid: number;
  /** Known bug: nobody is told of what becomes pending while the interrupt is on a vCPU's list already. */
  readonly queuedUnseen: boolean;
}

/**
 * Adds one LPI, enabled and mapped to a vCPU. It is an edge without an active state: what the guest has taken is gone
 * from the list register, and only the running priority of its CPU interface holds off the next one until it ends it.
 * No maintenance interrupt follows.
 * Source: Linux arch/arm64/kvm/vgic/vgic.c, vgic-v3.c (6.12); GICv3 architecture specification, LPIs; trace
 * A2-gicv3-vfio-e1000e-msix-irqfd.
 */
export function vgicLpi(m: ModelBuilder, { intid, queuedUnseen }: VgicLpiOptions): VgicLpi {
  const pending = m.field('LPI pending', { values: ['no', 'yes'] });
  const lrState = m.field('list register', { values: ['invalid', 'pending'] });
  const onLr = m.field('on list register', { values: ['no', 'yes'] });
  const running = m.field('guest running priority', { values: ['idle', 'raised'] });
  return {
    suffix: '',
    intid,
    onLr,
    populate: (s) => {
      s[lrState] = s[pending] as number;
      s[onLr] = s[pending] as number;
      s[pending] = 0;
    },
    fold: (s) => {
      if (s[lrState] === 1) s[pending] = 1;
      s[lrState] = 0;
      s[onLr] = 0;
    },
    signalsEoi: () => false,
    wakesVcpu: (s) => s[pending] === 1,
    isSignalled: (s) => s[lrState] === 1 && s[running] === 0,
    acknowledge: (s) => {
      s[lrState] = 0;
      s[running] = 1;
    },
    end: (s) => {
      s[running] = 0;
    },
    inject: ({ label, at, emits, also }, vcpu) =>
      procedure<string>(VGIC, label, {
        [label]: {
          at,
          cost: 'vgicInject',
          emits: [...emits, 'function:vgic_queue_irq_unlock'],
          do: (s) => {
            const merged = s[pending] === 1;
            const unseen = queuedUnseen && (merged || s[onLr] === 1);
            s[pending] = 1;
            also?.(s);
            if (unseen) return RETURN;
            return merged ? 'kick-again' : 'kick-vcpu';
          },
        },
        ...kickSteps('', vcpu, true),
      }),
    isAtRest: (s) => s[pending] === 0 && s[lrState] === 0 && s[running] === 0,
  };
}
