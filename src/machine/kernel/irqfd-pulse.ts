import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { KVM } from '../parties.ts';

const FILE = 'Linux virt/kvm/eventfd.c';

/**
 * What an irqfd without a resampler does to its line, if a worker injects for it: up, and down again at once. KVM has
 * no other moment to lower it, since nobody tells an irqfd of the guest's end of the interrupt.
 * Source: Linux virt/kvm/eventfd.c `irqfd_inject` (6.12; the same since 2009).
 */
export function pulse(wiring: {
  readonly suffix: string;
  readonly gsi: number;
  /** `kvm_set_irq` with level 1 and 0, as far as the interrupt controller goes. */
  readonly raise: Procedure;
  readonly lower: Procedure;
}): Procedure {
  const { suffix, gsi } = wiring;
  const setIrq = (level: 0 | 1): readonly string[] => [
    'function:kvm_set_irq',
    `kvm:kvm_set_irq gsi ${String(gsi)} level ${String(level)} source 0`,
  ];
  return procedure<string>(KVM, `irqfd_inject(pulse)${suffix}`, {
    [`pulse-up${suffix}`]: {
      at: `${FILE} irqfd_inject (kvm_set_irq level 1)`,
      emits: setIrq(1),
      call: wiring.raise,
    },
    [`pulse-down${suffix}`]: {
      at: `${FILE} irqfd_inject (kvm_set_irq level 0)`,
      emits: setIrq(0),
      call: wiring.lower,
    },
  });
}
