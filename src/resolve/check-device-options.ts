import { nearestName } from '../base/nearest-name.ts';
import { findDevice } from '../catalog/devices.ts';
import type { OptionDoc, OptionType } from '../catalog/option-doc.ts';
import { otherOptionsOf } from '../catalog/other-options.ts';
import { optionsOfDriver, spellingOf } from '../catalog/options.ts';
import type { Property } from '../config/launch-file.ts';
import type { Problem } from '../config/problem.ts';
import { compareReleases } from '../facts/releases.ts';
import { familyOf } from './families.ts';
import type { DeviceInMachine } from './family.ts';
import type { Machine } from './machine.ts';
import { readBoolean, readUnsigned } from './option-value.ts';

/** Properties that every device of QEMU has. */
const GENERIC: ReadonlySet<string> = new Set(['id', 'bus']);

/** The problems with the options of a device whose options are all documented or known by name. */
export function checkDeviceOptions({ device, machine }: DeviceInMachine): Problem[] {
  return checkProperties(device.driver.text, device.properties, machine.facts.host.qemu);
}

/** The same of defaults that `-global` sets, of drivers that are modelled: QEMU refuses a device that has no such option. */
export function checkGlobals({ vm, facts }: Machine): Problem[] {
  return vm.globals.flatMap(({ driver, property }) =>
    familyOf(driver) === undefined ? [] : checkProperties(driver, [property], facts.host.qemu),
  );
}

function checkProperties(driver: string, properties: readonly Property[], qemu: string): Problem[] {
  const docs = optionsOfDriver(driver);
  const others = otherOptionsOf(driver);
  return properties.flatMap((property) => {
    if (!property.key.known || GENERIC.has(property.key.text)) return [];
    if (others?.has(property.key.text) === true) return [];
    const written = findDoc(docs, property);
    if (written === undefined) return [unknownOption(property, driver, docs, others !== undefined)];
    return [
      ...checkSpelling(property, written, qemu),
      ...checkRemoved(property, written.doc, driver, qemu),
      ...checkValue(property, written.doc, qemu),
    ];
  });
}

interface WrittenOption {
  readonly doc: OptionDoc;
  /** The option's name in the file, without the `no` that a key alone may carry. */
  readonly name: string;
}

function findDoc(docs: readonly OptionDoc[], property: Property): WrittenOption | undefined {
  const { text } = property.key;
  const names = property.value === null && text.startsWith('no') ? [text, text.slice(2)] : [text];
  for (const name of names) {
    const doc = docs.find((option) => option.name === name || spellingOf(option, name) !== undefined);
    if (doc !== undefined) return { doc, name };
  }
  return undefined;
}

/** `maybeMore`: later releases may have properties that are not known here, so nothing is certain. */
function unknownOption(
  property: Property,
  driver: string,
  docs: readonly OptionDoc[],
  maybeMore: boolean,
): Problem {
  const nearest = nearestName(
    property.key.text,
    docs.map(({ name }) => name),
  );
  if (maybeMore) {
    const end = nearest === undefined ? '' : `; did you mean '${nearest}'?`;
    const message = `${driver} has no option '${property.key.text}' that is known here${end}`;
    const severity = nearest === undefined ? 'information' : 'warning';
    return { code: 'unknown-option', severity, message, range: property.key.range };
  }
  const names = docs.filter(({ introduced }) => introduced !== null).map(({ name }) => name);
  const hint = nearest === undefined ? `it has ${names.join(', ')}` : `did you mean '${nearest}'?`;
  const message = `${driver} has no option '${property.key.text}'; ${hint}`;
  return { code: 'unknown-option', severity: 'error', message, range: property.key.range };
}

function checkSpelling(property: Property, { doc, name }: WrittenOption, qemu: string): Problem[] {
  const problem = (code: string, severity: Problem['severity'], message: string): Problem[] => {
    return [{ code, severity, message, range: property.key.range }];
  };
  const spelling = spellingOf(doc, name);
  if (spelling !== undefined) {
    const today = spelling.inverted ? `${doc.name} with the opposite value` : doc.name;
    return problem('old-spelling', 'information', `'${name}' is read as ${today}: ${spelling.history}`);
  }
  if (doc.introduced === null) return problem('old-spelling', 'information', `'${name}': ${doc.effect}`);
  return checkIntroduced(property, doc, qemu);
}

/** An option that came with a later release. */
export function checkIntroduced({ key }: Property, { introduced }: OptionDoc, qemu: string): Problem[] {
  if (introduced === null || compareReleases(qemu, introduced) >= 0) return [];
  const message = `'${key.text}' came with QEMU ${introduced}, and this is QEMU ${qemu}`;
  return [{ code: 'option-not-in-release', severity: 'error', message, range: key.range }];
}

/** Of a device that is gone as a whole, that alone is said. */
function checkRemoved({ key }: Property, { removed }: OptionDoc, driver: string, qemu: string): Problem[] {
  if (removed === null || removed === findDevice(driver)?.removed) return [];
  if (compareReleases(qemu, removed) < 0) return [];
  const message = `'${key.text}' was removed in QEMU ${removed}, and this is QEMU ${qemu}`;
  return [{ code: 'option-not-in-release', severity: 'error', message, range: key.range }];
}

/** QEMU looks at the type of a JSON value; in a list everything is text. */
const JSON_TYPES: Readonly<Record<OptionType['kind'], string>> = {
  boolean: 'boolean',
  integer: 'number',
  choice: 'string',
  text: 'string',
};

/** The problems with the value of an option, by its type. */
export function checkValue(property: Property, doc: OptionDoc, qemu: string): Problem[] {
  const { value, valueType, key } = property;
  if (value === null) return checkFlag(property, doc, qemu);
  if (!value.known) return [];
  const problem = (message: string): Problem[] => {
    return [{ code: 'invalid-value', severity: 'error', message, range: value.range }];
  };
  const expected = expectation(doc.type);
  if (!isValid(value.text, doc.type))
    return problem(`'${value.text}' is no value for ${key.text}; expected ${expected}`);
  if (doc.type.kind === 'text' && doc.type.json === true) return [];
  if (valueType !== 'text' && valueType !== JSON_TYPES[doc.type.kind]) {
    const form = JSON_TYPES[doc.type.kind] === 'string' ? 'in quotes' : 'without quotes';
    return problem(`in JSON QEMU wants ${key.text} as a ${JSON_TYPES[doc.type.kind]}, ${form}`);
  }
  return [];
}

/** A key alone means `on`, which only a boolean can be. */
function checkFlag(property: Property, doc: OptionDoc, qemu: string): Problem[] {
  const { key, range } = property;
  if (doc.type.kind !== 'boolean') {
    const message = `${key.text} needs a value: ${key.text}=…, ${expectation(doc.type)}`;
    return [{ code: 'invalid-value', severity: 'error', message, range }];
  }
  if (compareReleases(qemu, '6.0') < 0) return [];
  const message = `${key.text} without a value is deprecated; write ${doc.name}=on or =off`;
  return [{ code: 'short-form', severity: 'information', message, range }];
}

function isValid(text: string, type: OptionType): boolean {
  switch (type.kind) {
    case 'boolean':
      return readBoolean(text) !== undefined;
    case 'integer': {
      const value = readUnsigned(text, type.maximum);
      return value !== undefined && value >= type.minimum;
    }
    case 'choice':
      return type.values.includes(text);
    case 'text':
      return true;
  }
}

function expectation(type: OptionType): string {
  switch (type.kind) {
    case 'boolean':
      return 'on or off';
    case 'integer':
      return `a whole number from ${type.minimum} to ${type.maximum}${type.unit === '' ? '' : ` (${type.unit})`}`;
    case 'choice':
      return type.values.join(', ');
    case 'text':
      return type.meaning;
  }
}
