import { optionsOfDriver } from '../../catalog/options.ts';
import type { OptionDoc, OptionType } from '../../catalog/option-doc.ts';
import type { LaunchFile } from '../../config/launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { isBetween } from '../../facts/releases.ts';
import { familyOf } from '../../resolve/families.ts';
import { decideMachine } from '../../resolve/machine.ts';
import { booleanOf, optionValue, readUnsigned } from '../../resolve/option-value.ts';

/** An option of a device as the tree shows it. */
export interface DeviceOption {
  readonly option: OptionDoc;
  /** As QEMU gets it, `on` or `off` for a boolean; null if the file does not say it and there is no default. */
  readonly value: string | null;
  /** Whether nobody wrote it. */
  readonly isDefault: boolean;
}

/**
 * The options of a device that change how its interrupts travel and can be chosen freely, as the file has them.
 * What sends no interrupt another way (`host`, `x-req`, …) is not among them. Empty for a device that is not modelled.
 */
export function deviceOptions(
  file: LaunchFile,
  place: { readonly machine: number; readonly device: number },
  facts: Facts,
): DeviceOption[] {
  const vm = file.machines[place.machine];
  const device = vm?.devices[place.device];
  const family = device && familyOf(device.driver.text);
  if (!family) return [];
  const subject = { device, machine: decideMachine(vm, facts) };
  return editableOptions(device.driver.text, facts.host.qemu).map((option) => {
    const value = optionValue(subject, family, option.name);
    const on = option.type.kind === 'boolean' ? booleanOf(value) : undefined;
    const text = on === undefined ? value.text : on ? 'on' : 'off';
    return { option, value: value.known ? text : null, isDefault: value.property === null };
  });
}

/** The options of a driver that a release of QEMU has, that decide about interrupts and can be chosen freely. */
export function editableOptions(driver: string, qemu: string): OptionDoc[] {
  return optionsOfDriver(driver).filter(
    ({ type, introduced, removed, aside }) =>
      !aside && !needsJson(type) && introduced !== null && isBetween(qemu, introduced, removed),
  );
}

/** Whether only the JSON form of `-device` can hold it. */
function needsJson(type: OptionType): boolean {
  return type.kind === 'text' && type.json === true;
}

/** Why a text is no value for an option, in words that say what is expected; undefined if it is one. */
export function valueProblem(type: OptionType, text: string): string | undefined {
  switch (type.kind) {
    case 'boolean':
      return text === 'on' || text === 'off' ? undefined : 'on or off is expected';
    case 'choice':
      return type.values.includes(text) ? undefined : `one of ${type.values.join(', ')} is expected`;
    case 'integer': {
      const value = readUnsigned(text, type.maximum);
      if (value !== undefined && value >= type.minimum) return undefined;
      const unit = type.unit === '' ? '' : ` (${type.unit})`;
      return `a whole number from ${String(type.minimum)} to ${String(type.maximum)}${unit} is expected`;
    }
    case 'text':
      // What a name leads to is looked up where the device is resolved.
      return !type.meaning.startsWith('id of') || ID.test(text)
        ? undefined
        : `${type.meaning} is expected: a letter, then letters, digits, '-', '.' and '_'`;
  }
}

/** What QEMU takes as an id. */
const ID = /^[a-z][\w.-]*$/i;

/** A value of an option to choose from, and what is to be known about it. */
export interface ValueChoice {
  readonly value: string;
  readonly isPresent: boolean;
  readonly isDefault: boolean;
}

/** The values of an option that can be chosen from a list; empty if one has to be typed. */
export function valueChoices(
  { type, defaults }: OptionDoc,
  present: string | null,
  qemu: string,
): ValueChoice[] {
  const values = type.kind === 'choice' ? type.values : type.kind === 'boolean' ? ['on', 'off'] : [];
  const byDefault = defaults.findLast(({ since }) => isBetween(qemu, since, null))?.value;
  return values.map((value) => ({
    value,
    isPresent: value === present,
    isDefault: value === byDefault,
  }));
}

/** A value with its unit, for people. */
export function valueText({ type }: OptionDoc, value: string | null): string {
  if (value === null) return type.kind === 'text' ? '—' : '?';
  return type.kind === 'integer' && type.unit !== '' ? `${value} ${type.unit}` : value;
}
