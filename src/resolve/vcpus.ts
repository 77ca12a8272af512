import type { Property, VmDescription } from '../config/launch-file.ts';
import { lastNamed } from './decision.ts';

/** The most vCPUs the machine can have (`maxcpus`, or what `-smp` amounts to); undefined if not known. */
export function maximumVcpus(vm: VmDescription): number | undefined {
  const written = number(lastNamed(vm.smp, ['maxcpus'])) ?? number(lastNamed(vm.smp, ['cpus']));
  if (written !== undefined) return written.value;
  return TOPOLOGY.reduce<number | undefined>((product, name) => {
    const count = number(lastNamed(vm.smp, [name]));
    if (count === undefined) return product;
    return product === undefined || count.value === undefined ? undefined : product * count.value;
  }, 1);
}

const TOPOLOGY = ['drawers', 'books', 'sockets', 'dies', 'clusters', 'modules', 'cores', 'threads'];

/** Undefined if the property is not written; its value is undefined if it is written but not known. */
function number(property: Property | undefined): { value: number | undefined } | undefined {
  const value = property?.value;
  if (value === undefined || value === null) return undefined;
  const known = value.known && /^\d{1,6}$/.test(value.text);
  return { value: known ? Number(value.text) : undefined };
}
