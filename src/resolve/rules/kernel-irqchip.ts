import type { Finding, Rule } from '../family.ts';
import { fromDecision } from './from-decision.ts';

const SPLIT_SOURCE = 'QEMU target/arm/kvm.c kvm_arch_irqchip_create';

/** Which part of the interrupt controller is in the kernel; on Arm, all or nothing. */
export const kernelIrqchip: Rule = {
  name: 'kernel-irqchip',
  check({ machine }): Finding {
    const { irqchip } = machine;
    if (irqchip.value === 'split') {
      const because = 'QEMU on Arm refuses kernel-irqchip=split';
      const problem = {
        code: 'invalid-value',
        severity: 'error',
        message: `${because}; expected on or off`,
      } as const;
      return { ...fromDecision(irqchip, 'fails', because, { problem }), source: SPLIT_SOURCE };
    }
    // An unknown value decides nothing yet: with `off` there is a path too. The GSI map asks again.
    return fromDecision(irqchip, 'holds', irqchip.because);
  },
};
