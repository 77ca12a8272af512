import { optionOfDriver, spellingOf } from '../catalog/options.ts';
import type { OptionDoc } from '../catalog/option-doc.ts';
import type { Property } from '../config/launch-file.ts';
import { compareReleases } from '../facts/releases.ts';
import type { DeviceFamily, DeviceInMachine } from './family.ts';

/** A device's option as QEMU gets it: from `-device`, `-set`, `-global`, or the default. */
export interface OptionValue {
  /** As the file spells it; the proper name if the file leaves it out. */
  readonly name: string;
  /** As written, or the default; null where there is no default. */
  readonly text: string | null;
  /** Null if the file leaves the option out. */
  readonly property: Property | null;
  /** Whether the spelling means the opposite of the proper name. */
  readonly inverted: boolean;
  /** Whether the value is certain. */
  readonly known: boolean;
}

/** The value of the option that is properly called `name`, whatever spelling the file uses. */
export function optionValue(
  { device, machine }: DeviceInMachine,
  family: Pick<DeviceFamily, 'parents'>,
  name: string,
): OptionValue {
  const doc = optionOfDriver(device.driver.text, name);
  if (doc === undefined) return { name, text: null, property: null, inverted: false, known: true };
  const names = namesOf(doc);
  const property =
    findLast(device.properties, names) ??
    [device.driver.text, ...family.parents]
      .map((driver) => findGlobal(machine.globals.get(driver), names))
      .find((found) => found !== undefined);
  if (property === undefined) {
    return {
      name,
      text: defaultAt(doc, machine.facts.host.qemu),
      property: null,
      inverted: false,
      known: true,
    };
  }
  const negated = !names.includes(property.key.text);
  const written = negated ? property.key.text.slice(2) : property.key.text;
  const text = property.value?.text ?? (negated ? 'off' : 'on');
  const inverted = spellingOf(doc, written)?.inverted ?? false;
  return { name: property.key.text, text, property, inverted, known: property.value?.known ?? true };
}

/** `on` or `off` as QEMU reads a boolean; undefined for anything else. */
export function readBoolean(text: string | null): boolean | undefined {
  if (text === null) return undefined;
  if (['on', 'yes', 'true', 'y'].includes(text)) return true;
  return ['off', 'no', 'false', 'n'].includes(text) ? false : undefined;
}

/** The value of a boolean option under its proper name; undefined if it is unknown or no boolean. */
export function booleanOf(value: OptionValue): boolean | undefined {
  const written = value.known ? readBoolean(value.text) : undefined;
  return written === undefined ? undefined : written !== value.inverted;
}

/**
 * An unsigned number as QEMU reads it: decimal, `0x…` or octal with a leading zero; undefined for anything
 * else, or if it is larger than `maximum`.
 */
export function readUnsigned(text: string | null, maximum: number): number | undefined {
  const match = text === null ? null : /^(?:0x([0-9a-f]{1,16})|(0[0-7]{1,21})|(\d{1,20}))$/i.exec(text);
  if (match === null) return undefined;
  const value = match[1] ? parseInt(match[1], 16) : match[2] ? parseInt(match[2], 8) : Number(match[3]);
  return value <= maximum ? value : undefined;
}

function namesOf(doc: OptionDoc): string[] {
  return [doc.name, ...doc.spellings.map((spelling) => spelling.name)];
}

function findLast(properties: readonly Property[], names: readonly string[]): Property | undefined {
  for (let i = properties.length - 1; i >= 0; i--) {
    const property = properties[i];
    if (property !== undefined && names.some((name) => isNamed(property, name))) return property;
  }
  return undefined;
}

/** A key alone may carry `no` in front: `nox-irqfd` is `x-irqfd=off`. */
function isNamed(property: Property, name: string): boolean {
  const { text } = property.key;
  return text === name || (property.value === null && text === `no${name}`);
}

function findGlobal(
  globals: ReadonlyMap<string, Property> | undefined,
  names: readonly string[],
): Property | undefined {
  return names.map((name) => globals?.get(name)).find((found) => found !== undefined);
}

function defaultAt(doc: OptionDoc, qemu: string): string | null {
  const known = doc.defaults.filter(({ since }) => compareReleases(since, qemu) <= 0);
  return (known[known.length - 1] ?? doc.defaults[0])?.value ?? null;
}
