import { compareReleases, isBetween } from '../../facts/releases.ts';
import type { OptionDoc, OptionType } from '../option-doc.ts';
import { lifetimeText } from './difference.ts';
import type { QemuDifference } from './difference.ts';
import type { PrintedProperty } from './read-properties.ts';

/** What is documented about one device, machine or object, and which names need no documentation. */
export interface Documented {
  readonly subject: string;
  readonly options: readonly OptionDoc[];
  readonly isOther: (name: string) => boolean;
}

/** The differences between documented options and those that a release of QEMU prints. */
export function compareProperties(
  { subject, options, isOther }: Documented,
  printed: readonly PrintedProperty[],
  release: string,
): QemuDifference[] {
  const known = new Set(
    options.flatMap(({ name, spellings }) => [name, ...spellings.map((one) => one.name)]),
  );
  const unknown = printed
    .filter(({ name, type }) => !known.has(name) && !isInternal(type) && !isOther(name))
    .map(({ name, type }) => ({
      kind: 'unknown' as const,
      subject,
      name,
      catalogue: 'nothing of it',
      qemu: `has it (${type})`,
    }));
  return [...options.flatMap((option) => compareOption(subject, option, printed, release)), ...unknown];
}

function compareOption(
  subject: string,
  option: OptionDoc,
  printed: readonly PrintedProperty[],
  release: string,
): QemuDifference[] {
  const { name, introduced, removed } = option;
  const found = printed.find((one) => one.name === name);
  const isExpected = introduced !== null && isBetween(release, introduced, removed);
  const between = lifetimeText(option);
  if (found === undefined)
    return isExpected
      ? [{ kind: 'missing', subject, name, catalogue: between, qemu: 'does not print it' }]
      : [];
  if (!isExpected) return [{ kind: 'present', subject, name, catalogue: between, qemu: 'prints it' }];
  const type = typeDifference(option.type, found);
  if (type !== undefined) return [{ kind: 'type', subject, name, ...type }];
  const value = defaultDifference(option, found, release);
  return value === undefined ? [] : [{ kind: 'default', subject, name, ...value }];
}

/** Parts of a device that are made for it, not given to it. */
function isInternal(type: string): boolean {
  return type.startsWith('child<');
}

type Words = Pick<QemuDifference, 'catalogue' | 'qemu'>;

function typeDifference(type: OptionType, { type: printed, values }: PrintedProperty): Words | undefined {
  const qemu = `prints ${printed}${values === null ? '' : ` (${values.join('/')})`}`;
  switch (type.kind) {
    case 'boolean':
      return printed === 'bool' ? undefined : { catalogue: 'on or off', qemu };
    case 'integer': {
      const most = LARGEST[printed];
      if (most !== undefined && type.maximum <= most) return undefined;
      return { catalogue: `a whole number to ${String(type.maximum)}`, qemu };
    }
    case 'choice': {
      // What a property of a machine takes is told in words only.
      if (values === null || sameWords(values, type.values)) return undefined;
      return { catalogue: type.values.join('/'), qemu };
    }
    case 'text':
      return printed === 'bool' || LARGEST[printed] !== undefined
        ? { catalogue: type.meaning, qemu }
        : undefined;
  }
}

/** The largest value of QEMU's types of whole numbers, as far as a number here can hold it. */
const LARGEST: Readonly<Record<string, number>> = {
  uint8: 0xff,
  uint16: 0xffff,
  uint32: 0xffff_ffff,
  int32: 0x7fff_ffff,
  uint64: Number.MAX_SAFE_INTEGER,
  int64: Number.MAX_SAFE_INTEGER,
  int: Number.MAX_SAFE_INTEGER,
  size: Number.MAX_SAFE_INTEGER,
};

function sameWords(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join() === other.toSorted().join();
}

function defaultDifference(
  { defaults }: OptionDoc,
  { default: printed }: PrintedProperty,
  release: string,
): Words | undefined {
  const current = defaults.filter(({ since }) => compareReleases(since, release) <= 0).at(-1);
  // What QEMU decides later prints no default, or one that stands for none.
  if (printed === null || current === undefined) return undefined;
  const expected = current.printed ?? current.value;
  if (expected !== null && sameValue(expected, printed)) return undefined;
  return { catalogue: expected ?? 'no default of its own', qemu: `prints ${printed}` };
}

/** QEMU before 8.0 prints `true` for `on`, and a number in decimals. */
function sameValue(documented: string, printed: string): boolean {
  const word = { true: 'on', false: 'off' }[printed] ?? printed;
  return documented === word || (documented.startsWith('0x') && Number(documented) === Number(word));
}
