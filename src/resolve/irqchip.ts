import type { VmDescription } from '../config/launch-file.ts';
import { lastNamed, writtenDecision, type Decision } from './decision.ts';
import { isArm } from './target.ts';

export type Irqchip = 'on' | 'off' | 'split';

const SOURCE = 'QEMU accel/kvm/kvm-all.c kvm_set_kernel_irqchip';
const NAMES = ['kernel-irqchip', 'kernel_irqchip'];

/**
 * Where the interrupt controller is emulated: in KVM (`on`), in QEMU (`off`), or in both (`split`). Means
 * nothing without KVM.
 */
export function decideIrqchip(vm: VmDescription): Decision<Irqchip> {
  const property = lastNamed([...(vm.accelerators[0] ?? []), ...vm.machine], NAMES);
  if (property === undefined) return byDefault(vm);
  const text = property.value === null ? 'on' : property.value.text;
  const option = property.key.text;
  if (property.value?.known === false) {
    return writtenDecision<Irqchip>(
      property,
      undefined,
      `${option} is ${text}, which this file does not say`,
      SOURCE,
    );
  }
  if (text === 'on' || text === 'off' || text === 'split') {
    return writtenDecision<Irqchip>(property, text, `${option} is ${text}`, SOURCE);
  }
  const range = property.value?.range ?? property.range;
  const message = `'${text}' is no value for ${option}; expected on, off or split`;
  return writtenDecision<Irqchip>(property, undefined, `${option} is '${text}', which QEMU refuses`, SOURCE, [
    { code: 'invalid-value', severity: 'error', message, range },
  ]);
}

function byDefault(vm: VmDescription): Decision<Irqchip> {
  const base = { option: 'kernel-irqchip', isDefault: true, source: SOURCE, range: null } as const;
  if (isArm(vm))
    return { ...base, value: 'on', given: 'on', because: 'kernel-irqchip is on (default on Arm)' };
  // x86 machine types choose it by their version; that table comes with the first x86 path.
  return { ...base, value: undefined, given: null, because: 'the default of this machine is not known here' };
}
