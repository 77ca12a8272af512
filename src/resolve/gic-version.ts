import type { Property, VmDescription } from '../config/launch-file.ts';
import type { Problem } from '../config/problem.ts';
import type { Facts } from '../facts/facts.ts';
import { isBetween } from '../facts/releases.ts';
import { lastNamed, writtenDecision, type Decision } from './decision.ts';
import type { Irqchip } from './irqchip.ts';
import { maximumVcpus } from './vcpus.ts';

const SOURCE = 'QEMU hw/arm/virt.c finalize_gic_version';

/** GICv2 can be connected to no more CPUs than this. */
const GICV2_CPUS = 8;

/** The version of the guest's GIC on the `virt` machine with KVM. */
export function decideGicVersion(
  vm: VmDescription,
  irqchip: Irqchip | undefined,
  facts: Facts,
): Decision<number> {
  const property = lastNamed(vm.machine, ['gic-version']);
  return property === undefined ? byDefault(vm, irqchip, facts) : written(property, vm, irqchip, facts);
}

function byDefault(vm: VmDescription, irqchip: Irqchip | undefined, { host }: Facts): Decision<number> {
  const decision = (value: number | undefined, because: string): Decision<number> => {
    const given = value === undefined ? null : String(value);
    return { value, because, option: 'gic-version', given, isDefault: true, source: SOURCE, range: null };
  };
  if (irqchip === 'off') return decision(2, 'QEMU itself emulates no other GIC under KVM than GICv2');
  if (!isBetween(host.qemu, '5.0', null)) return decision(2, 'GICv2 is the default before QEMU 5.0');
  const assumed = vm.binary === null && vm.machine.length === 0 ? '; assumed for a fragment' : '';
  if (host.gic === '3') return decision(3, `the host emulates no GICv2, so GICv3 is the default${assumed}`);
  const vcpus = maximumVcpus(vm);
  if (vcpus === undefined)
    return decision(undefined, 'it depends on the number of vCPUs, which the file does not say');
  if (vcpus <= GICV2_CPUS) return decision(2, `GICv2 is the default where the host emulates it${assumed}`);
  return decision(
    3,
    `GICv2 is not offered to ${vcpus} vCPUs (more than ${GICV2_CPUS}), so GICv3 is the default`,
  );
}

function written(
  property: Property,
  vm: VmDescription,
  irqchip: Irqchip | undefined,
  { host }: Facts,
): Decision<number> {
  const text = property.value?.text ?? 'on';
  const refuse = (because: string, expected: string): Decision<number> =>
    writtenDecision<number>(property, undefined, because, SOURCE, [
      refused(property, `${because}; expected ${expected}`),
    ]);
  if (property.value?.known === false) {
    return writtenDecision<number>(
      property,
      undefined,
      `gic-version is ${text}, which this file does not say`,
      SOURCE,
    );
  }
  if (text === 'host' || text === 'max') {
    const newest = irqchip === 'off' || host.gic === '2' ? 2 : 3;
    return writtenDecision(property, newest, `gic-version=${text} is GICv${newest} on this host`, SOURCE);
  }
  if (text !== '2' && text !== '3') {
    return text === '4'
      ? refuse('KVM emulates no GICv4', '2, 3, host or max')
      : refuse(`'${text}' is no value for gic-version`, '2, 3, 4, host or max');
  }
  if (text === '3' && irqchip === 'off') {
    return refuse(
      'gic-version=3 needs the interrupt controller in KVM',
      'kernel-irqchip=on, or gic-version=2',
    );
  }
  if (irqchip !== 'off' && !host.gic.includes(text)) {
    return refuse(
      `KVM on this host emulates no GICv${text} (fact gic=${host.gic})`,
      `gic-version=${host.gic}`,
    );
  }
  const vcpus = text === '2' ? (maximumVcpus(vm) ?? 0) : 0;
  const problems =
    vcpus <= GICV2_CPUS
      ? []
      : [
          refused(
            property,
            `a GICv2 serves ${GICV2_CPUS} vCPUs, and QEMU refuses ${vcpus}; expected gic-version=3`,
          ),
        ];
  return writtenDecision(property, Number(text), `gic-version is ${text}`, SOURCE, problems);
}

function refused(property: Property, message: string): Problem {
  return {
    code: 'invalid-value',
    severity: 'error',
    message,
    range: property.value?.range ?? property.range,
  };
}
