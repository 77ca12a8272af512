import type { Property, VmDescription } from '../config/launch-file.ts';
import type { Facts } from '../facts/facts.ts';
import { isBetween } from '../facts/releases.ts';
import { lastNamed, writtenDecision, type Decision } from './decision.ts';
import { isModelledType } from './machine-type.ts';

export type Irqchip = 'on' | 'off' | 'split';

const SOURCE = 'QEMU accel/kvm/kvm-all.c kvm_set_kernel_irqchip';
const NAMES = ['kernel-irqchip', 'kernel_irqchip'];

/** What the default of a machine hangs on. */
interface Around {
  readonly architecture: string | undefined;
  readonly type: Decision<string>;
  readonly facts: Facts;
}

/**
 * Where the interrupt controller is emulated: in KVM (`on`), in QEMU (`off`), or in both (`split`). Means
 * nothing without KVM.
 */
export function decideIrqchip(vm: VmDescription, around: Around): Decision<Irqchip> {
  const property = lastNamed([...(vm.accelerators[0] ?? []), ...vm.machine], NAMES);
  return property === undefined ? byDefault(vm, around) : written(property, vm);
}

function written(property: Property, vm: VmDescription): Decision<Irqchip> {
  const text = property.value === null ? 'on' : property.value.text;
  const option = property.key.text;
  if (property.value?.known === false) {
    const because = `${option} is ${text}, which this file does not say`;
    return writtenDecision<Irqchip>(property, undefined, because, SOURCE);
  }
  if (text !== 'on' && text !== 'off' && text !== 'split') {
    return refused(
      property,
      `${option} is '${text}', which QEMU refuses`,
      `'${text}' is no value for ${option}; expected on, off or split`,
    );
  }
  if (text !== 'split' && isTdx(vm)) {
    const because = `a TDX guest needs kernel-irqchip=split, and QEMU refuses ${text}`;
    return { ...refused(property, because, because), source: TDX_SOURCE };
  }
  return writtenDecision<Irqchip>(property, text, `${option} is ${text}`, SOURCE);
}

function refused(property: Property, because: string, message: string): Decision<Irqchip> {
  const range = property.value?.range ?? property.range;
  return writtenDecision<Irqchip>(property, undefined, because, SOURCE, [
    { code: 'invalid-value', severity: 'error', message, range },
  ]);
}

function byDefault(vm: VmDescription, { architecture, type, facts }: Around): Decision<Irqchip> {
  const base = { option: 'kernel-irqchip', isDefault: true, source: SOURCE, range: null } as const;
  const decided = (value: Irqchip, because: string, source = SOURCE): Decision<Irqchip> => {
    return {
      ...base,
      value,
      given: value,
      because: `kernel-irqchip is ${value} (default ${because})`,
      source,
    };
  };
  if (architecture === 'arm') return decided('on', 'on Arm');
  if (architecture !== 'x86') {
    return {
      ...base,
      value: undefined,
      given: null,
      because: 'the default of this machine is not known here',
    };
  }
  if (isTdx(vm)) return decided('split', 'of a TDX guest', TDX_SOURCE);
  if (type.value === undefined) {
    const because = 'its default depends on the machine type, which this file does not say';
    return { ...base, value: undefined, given: null, because };
  }
  if (type.value === 'microvm') {
    return decided('split', 'of microvm', 'QEMU hw/i386/microvm.c microvm_class_init');
  }
  // QEMU 4.0.1 took it back for q35, but left the machine of 4.0 as it was.
  const isQ35Of40 = type.given === 'q35' && isBetween(facts.host.qemu, '4.0', '4.0.1');
  if (type.given === 'pc-q35-4.0' || isQ35Of40) {
    const because = isQ35Of40 ? 'of q35 in QEMU 4.0 alone' : 'of pc-q35-4.0';
    return decided('split', because, 'QEMU hw/i386/pc_q35.c pc_q35_4_0_machine_options, commit c87759ce87');
  }
  return decided('on', isModelledType(type.value) ? `of ${type.value}` : 'of most machines of x86');
}

const TDX_SOURCE = 'QEMU target/i386/kvm/tdx.c tdx_kvm_init';

/** `-object tdx-guest,id=ID -machine confidential-guest-support=ID`. */
function isTdx(vm: VmDescription): boolean {
  if (lastNamed(vm.machine, ['confidential-guest-support']) === undefined) return false;
  return vm.options.some(({ name, value }) => name.text === 'object' && TDX_OBJECT.test(value?.text ?? ''));
}

const TDX_OBJECT = /^(?:qom-type=)?tdx-guest(?:,|$)|"qom-type"\s*:\s*"tdx-guest"/;
