import { compareReleases } from '../../facts/releases.ts';
import { cpuFlag } from '../cpu-flag.ts';
import type { Finding, Rule } from '../family.ts';
import type { Machine } from '../machine.ts';
import { fromDecision } from './from-decision.ts';

const SPLIT_SOURCE = 'QEMU target/arm/kvm.c kvm_arch_irqchip_create';
const APIC_SOURCE = 'QEMU hw/i386/kvm/apic.c, target/i386 apic_get_class; commit eaaaf8abdc';

/** Which part of the interrupt controller is in the kernel: on Arm all or nothing, on x86 at least the local APIC. */
export const kernelIrqchip: Rule = {
  name: 'kernel-irqchip',
  check({ machine }): Finding {
    const { irqchip } = machine;
    const isX86 = machine.architecture.value === 'x86';
    if (isX86 && irqchip.value === 'off' && wantsApicInKernel(machine)) {
      const because = `QEMU ${machine.facts.host.qemu} refuses kernel-irqchip=off for processors with a local APIC`;
      const message = `${because}; expected split or on (QEMU 7.2 was the last to take it)`;
      const problem = { code: 'invalid-value', severity: 'error', message } as const;
      return { ...fromDecision(irqchip, 'fails', because, { problem }), source: APIC_SOURCE };
    }
    if (!isX86 && irqchip.value === 'split') {
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

/** Since QEMU 8.0 for all processors that have a local APIC, which nearly all have. */
function wantsApicInKernel({ vm, facts }: Machine): boolean {
  return compareReleases(facts.host.qemu, '8.0') >= 0 && cpuFlag(vm, ['apic']) !== false;
}
