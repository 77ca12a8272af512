import type { VmDescription } from '../config/launch-file.ts';
import { readBoolean } from './option-value.ts';

/**
 * Whether `-cpu` turns a flag on or off, in any of its forms (`x2apic=off`, `-x2apic`, `+x2apic`); undefined if it
 * says nothing of it or nothing certain. As QEMU does it, the last one with `=` counts, `+` wins over it and `-` over both.
 */
export function cpuFlag(vm: VmDescription, names: readonly string[]): boolean | undefined {
  let value: boolean | undefined;
  const signs = new Set<string>();
  for (const { key, value: written } of vm.cpu) {
    const sign = key.text.charAt(0);
    if (written === null && (sign === '+' || sign === '-') && names.includes(key.text.slice(1))) {
      signs.add(sign);
    } else if (names.includes(key.text)) {
      const isKnown = key.known && (written?.known ?? true);
      value = isKnown ? readBoolean(written?.text ?? 'on') : undefined;
    }
  }
  if (signs.has('-')) return false;
  return signs.has('+') ? true : value;
}
