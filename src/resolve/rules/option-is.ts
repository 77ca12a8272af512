import type { Finding, Rule } from '../family.ts';
import { booleanOf, optionValue } from '../option-value.ts';

/** Whether a boolean option of the device is on (or off, if that is wanted), by hand or by default. */
export function optionIs(
  name: string,
  wanted: 'on' | 'off',
  parents: readonly string[],
  source: string,
): Rule {
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
        const other = wanted === 'on' ? 'off' : 'on';
        const cases = { holds: `${asked} is ${wanted}`, fails: `${asked} is ${other}` };
        return { ...base, outcome: 'unknown', because, cases };
      }
      const spelled = option.name === name ? '' : ` (written ${option.name}=${option.text ?? ''})`;
      const because = `${name} is ${value ? 'on' : 'off'}${isDefault ? ' (default)' : spelled}`;
      return { ...base, outcome: value === (wanted === 'on') ? 'holds' : 'fails', because };
    },
  };
}
