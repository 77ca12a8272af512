import { lastNamed } from '../decision.ts';
import type { Finding, Rule } from '../family.ts';
import { fromDecision } from './from-decision.ts';

const MICROVM = 'QEMU hw/i386/microvm.c microvm_devices_init';

/** Whether the machine has a PCI bus: all that are modelled but two kinds have. */
export const pciBus: Rule = {
  name: 'pci-bus',
  check({ machine }): Finding {
    const { type, vm } = machine;
    const without = (because: string, source: string): Finding => {
      const problem = { code: 'wrong-machine', severity: 'error', message: because } as const;
      return { ...fromDecision(type, 'fails', because, { problem }), source };
    };
    if (type.value === 'isapc') return without('the machine isapc has no PCI bus', 'QEMU hw/i386/pc_piix.c');
    if (type.value === 'microvm') {
      const pcie = lastNamed(vm.machine, ['pcie']);
      if (pcie?.value?.known === false) {
        const cases = {
          holds: `pcie (${pcie.value.text}) is on`,
          fails: 'pcie is off, so there is no PCI bus',
        };
        return {
          ...fromDecision(type, 'unknown', 'microvm has a PCIe bus only with pcie=on', { cases }),
          source: MICROVM,
        };
      }
      if (pcie === undefined || (pcie.value?.text ?? 'on') !== 'on') {
        return without('microvm has no PCIe bus; expected -machine microvm,pcie=on', MICROVM);
      }
    }
    return fromDecision(type, 'holds', type.because);
  },
};
