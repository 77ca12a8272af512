import { isRelease } from './releases.ts';

/** One key of `--host` or `--guest`: its name is that of the field in the `facts` of an answer. */
export interface FactKey {
  readonly name: string;
  /** What the value must be, for messages and `--help`. */
  readonly expected: string;
  readonly meaning: string;
  /** The value as it stands in the facts; undefined if `text` is not what is expected. */
  parse(text: string): string | number | undefined;
}

/** What can be said about the host. */
export const HOST_KEYS: readonly FactKey[] = [
  release('qemu', 'release of QEMU'),
  release('kernel', "release of the host's Linux"),
  count('cpus', 1, 64, 'physical CPUs that the model schedules on'),
  count('irqCpu', 0, 63, "CPU that takes the device's physical interrupt"),
  count('vcpuCpu', 0, 63, 'CPU that the vCPU thread is pinned to'),
  {
    name: 'gicEoiMode',
    expected: '0 or 1',
    meaning: "EOImode of the host's GIC driver",
    parse: (text) => (text === '0' || text === '1' ? Number(text) : undefined),
  },
  choice('gic', ['2', '3', '2+3'], 'GIC versions that KVM on the host emulates'),
  choice('vendor', ['intel', 'amd'], "maker of the host's x86 CPUs"),
  choice('apicv', ['on', 'off'], 'whether KVM uses APICv (Intel) or AVIC (AMD)'),
  choice('posting', ['on', 'off'], 'whether devices can post interrupts (VT-d, AMD vAPIC mode, GICv4)'),
];

/** What can be said about the guest. */
export const GUEST_KEYS: readonly FactKey[] = [
  release('kernel', "release of the guest's Linux"),
  choice('msi', ['on', 'off'], 'whether the guest uses MSI where the device offers it'),
  choice('x2apic', ['on', 'off'], 'whether an x86 guest drives its local APIC through MSRs'),
  choice('pvEoi', ['on', 'off'], 'whether an x86 guest ends edge interrupts through the PV EOI flag'),
];

function release(name: string, meaning: string): FactKey {
  const parse = (text: string): string | undefined => (isRelease(text) ? text : undefined);
  return { name, expected: 'a release number such as 6.12 or 7.2.22', meaning, parse };
}

function count(name: string, minimum: number, maximum: number, meaning: string): FactKey {
  return {
    name,
    expected: `a whole number from ${minimum} to ${maximum}`,
    meaning,
    parse(text) {
      if (!/^\d{1,6}$/.test(text)) return undefined;
      const value = Number(text);
      return value >= minimum && value <= maximum ? value : undefined;
    },
  };
}

function choice(name: string, values: readonly string[], meaning: string): FactKey {
  return {
    name,
    expected: values.join(' or '),
    meaning,
    parse: (text) => (values.includes(text) ? text : undefined),
  };
}
