import type { Result } from '../base/result.ts';
import { GUEST_KEYS, HOST_KEYS } from '../facts/fact-keys.ts';
import type { FactKey } from '../facts/fact-keys.ts';
import type { Facts } from '../facts/facts.ts';
import { readFacts } from '../facts/read-facts.ts';

/** The facts that settings describe; `get` returns the value of one by its name below `irqPath.assume`. */
export function factsFrom(get: (name: string) => string): Result<Facts> {
  const host = list([
    ['qemu', get('qemu')],
    ['kernel', get('kernel')],
  ]);
  const features = get('hostFeatures').trim();
  const guest = list([['kernel', get('guestKernel')]]);
  const guestFeatures = get('guestFeatures').trim();
  return readFacts(joined(host, features), joined(guest, guestFeatures));
}

function joined(...lists: readonly string[]): string {
  return lists.filter((part) => part !== '').join(',');
}

/** A fact that can be changed by itself. */
export interface ChangeableFact {
  /** As an assumption of the panel names it, e.g. `host.qemu`. */
  readonly fact: string;
  readonly title: string;
  readonly key: FactKey;
  /** Values to offer; others can be typed. */
  readonly suggestions: readonly string[];
  /** The setting below `irqPath.assume` that holds it. */
  readonly setting: 'qemu' | 'kernel' | 'guestKernel' | 'hostFeatures' | 'guestFeatures';
}

/** The facts that make a difference to the path of a device, in the order of the bar. */
export const CHANGEABLE_FACTS: readonly ChangeableFact[] = [
  ...changeable('host', 'qemu', 'qemu', ['10.1', '9.0', '8.2', '7.2', '6.2', '4.2', '2.4']),
  ...changeable('host', 'kernel', 'kernel', ['6.12', '6.6', '6.1', '5.10', '5.4', '4.14']),
  ...changeable('guest', 'kernel', 'guestKernel', ['6.12', '6.6', '6.1', '5.10', '5.4', '4.14']),
  ...changeable('host', 'gicEoiMode', 'hostFeatures', ['1', '0']),
  ...changeable('host', 'gic', 'hostFeatures', ['2+3', '2', '3']),
  ...changeable('host', 'irqCpu', 'hostFeatures', ['0', '1']),
  ...changeable('host', 'vcpuCpu', 'hostFeatures', ['0', '1']),
  ...changeable('host', 'cpus', 'hostFeatures', ['2', '1', '4']),
  ...changeable('host', 'vendor', 'hostFeatures', ['intel', 'amd']),
  ...changeable('host', 'apicv', 'hostFeatures', ['off', 'on']),
  ...changeable('host', 'posting', 'hostFeatures', ['off', 'on']),
  ...changeable('guest', 'msi', 'guestFeatures', ['on', 'off']),
  ...changeable('guest', 'x2apic', 'guestFeatures', ['on', 'off']),
  ...changeable('guest', 'pvEoi', 'guestFeatures', ['on', 'off']),
];

function changeable(
  side: 'host' | 'guest',
  name: string,
  setting: ChangeableFact['setting'],
  suggestions: readonly string[],
): ChangeableFact[] {
  const keys = side === 'host' ? HOST_KEYS : GUEST_KEYS;
  return keys
    .filter((key) => key.name === name)
    .map((key) => ({ fact: `${side}.${name}`, title: key.meaning, key, suggestions, setting }));
}

/** The value of a fact as text. */
export function factValue(facts: Facts, { fact, key }: ChangeableFact): string {
  const side = fact.startsWith('host.') ? facts.host : facts.guest;
  return String((side as unknown as Readonly<Record<string, string | number>>)[key.name]);
}

/** The facts with another value for one of them; as they are if it cannot have that value. */
export function factsWith(facts: Facts, { fact, key }: ChangeableFact, value: string): Facts {
  const parsed = key.parse(value);
  if (parsed === undefined) return facts;
  return fact.startsWith('host.')
    ? { ...facts, host: { ...facts.host, [key.name]: parsed } }
    : { ...facts, guest: { ...facts.guest, [key.name]: parsed } };
}

/** The setting's text with one fact changed: the value itself, or within a list of features. */
export function changedSetting({ key, setting }: ChangeableFact, present: string, value: string): string {
  if (setting !== 'hostFeatures' && setting !== 'guestFeatures') return value;
  const others = present
    .split(',')
    .filter((part) => part.trim() !== '' && part.split('=')[0]?.trim() !== key.name);
  return [...others, `${key.name}=${value}`].join(',');
}

/** What differs between two sets of facts, e.g. `host kernel 6.12 → 4.14`. */
export function changedFacts(before: Facts, after: Facts): string[] {
  return CHANGEABLE_FACTS.flatMap((one) => {
    const [from, to] = [factValue(before, one), factValue(after, one)];
    return from === to ? [] : [`${one.fact.replace('.', ' ').replace('qemu', 'QEMU')} ${from} → ${to}`];
  });
}

/** `name=value` of what is set, with commas; an empty setting means the default. */
function list(entries: readonly (readonly [name: string, value: string])[]): string {
  return entries
    .filter(([, value]) => value.trim() !== '')
    .map(([name, value]) => `${name}=${value.trim()}`)
    .join(',');
}
