import type { Finding, Rule } from '../family.ts';
import { booleanOf, optionValue } from '../option-value.ts';

/** Whether a boolean option of the device is on, by hand or by default. */
export function optionIsOn(name: string, parents: readonly string[], source: string): Rule {
  return {
    name,
    check(subject): Finding {
      const option = optionValue(subject, { parents }, name);
      const value = booleanOf(option);
      const isDefault = option.property === null;
      const base = {
        option: option.name,
        value: option.text,
        isDefault,
        source,
        range: option.property?.range ?? null,
      };
      if (value === undefined) {
        const end = option.known ? 'which QEMU refuses' : 'which this file does not say';
        const because = `${option.name} is ${option.text ?? ''}, ${end}`;
        const asked = option.known ? name : `${name} (${option.text ?? ''})`;
        const cases = { holds: `${asked} is on`, fails: `${asked} is off` };
        return { ...base, outcome: 'unknown', because, cases };
      }
      const spelled = option.name === name ? '' : ` (written ${option.name}=${option.text ?? ''})`;
      const because = `${name} is ${value ? 'on' : 'off'}${isDefault ? ' (default)' : spelled}`;
      return { ...base, outcome: value ? 'holds' : 'fails', because };
    },
  };
}
