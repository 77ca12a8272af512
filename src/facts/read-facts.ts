import { nearestOrAll } from '../base/nearest-name.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { GUEST_KEYS, HOST_KEYS, type FactKey } from './fact-keys.ts';
import type { Facts, GuestFacts, HostFacts } from './facts.ts';

/** What an answer assumes when nobody says otherwise; docs/assumptions.md gives the reasons. */
export const DEFAULT_FACTS: Facts = {
  host: {
    qemu: '10.1',
    kernel: '6.12',
    cpus: 2,
    irqCpu: 0,
    vcpuCpu: 0,
    gicEoiMode: 1,
    gic: '2+3',
    vendor: 'intel',
    apicv: 'off',
    posting: 'off',
  },
  guest: { kernel: '6.12', msi: 'on', x2apic: 'on', pvEoi: 'on' },
};

/**
 * The facts that `--host` and `--guest` describe (`qemu=7.2,kernel=6.12,irqCpu=1`), defaults for the rest.
 * The error names the option, the column (from 1) and what was expected.
 */
export function readFacts(host: string | undefined, guest: string | undefined): Result<Facts> {
  const hostFacts = readList('--host', host, HOST_KEYS, DEFAULT_FACTS.host);
  if (!hostFacts.ok) return hostFacts;
  const guestFacts = readList('--guest', guest, GUEST_KEYS, DEFAULT_FACTS.guest);
  if (!guestFacts.ok) return guestFacts;
  const outside = cpuOutside(hostFacts.value);
  return outside === undefined ? ok({ host: hostFacts.value, guest: guestFacts.value }) : fail(outside);
}

function readList<T extends HostFacts | GuestFacts>(
  option: string,
  text: string | undefined,
  keys: readonly FactKey[],
  defaults: T,
): Result<T> {
  const values: Record<string, string | number> = {};
  let column = 1;
  for (const item of text === undefined || text === '' ? [] : text.split(',')) {
    const problem = readItem(item, keys, values);
    if (problem !== undefined) return fail(`${option}, column ${column}: ${problem}`);
    column += item.length + 1;
  }
  return ok({ ...defaults, ...values });
}

/** Puts the item's value into `values`; returns what is wrong with it, if anything. */
function readItem(
  item: string,
  keys: readonly FactKey[],
  values: Record<string, string | number>,
): string | undefined {
  const equals = item.indexOf('=');
  const name = equals < 0 ? item : item.slice(0, equals);
  const key = keys.find((candidate) => candidate.name === name);
  if (key === undefined) {
    const names = keys.map((candidate) => candidate.name);
    return `unknown fact '${name}'; ${nearestOrAll(name, names, 'known are')}`;
  }
  if (equals < 0) return `'${name}' needs a value: ${name}=…, ${key.expected}`;
  const text = item.slice(equals + 1);
  const value = key.parse(text);
  if (value === undefined) return `'${text}' is no value for ${name}; expected ${key.expected}`;
  if (name in values) return `'${name}' is given twice`;
  values[name] = value;
  return undefined;
}

function cpuOutside(host: HostFacts): string | undefined {
  for (const name of ['irqCpu', 'vcpuCpu'] as const) {
    if (host[name] >= host.cpus) {
      return `--host: ${name}=${host[name]} does not exist on a host with cpus=${host.cpus} (counted from 0)`;
    }
  }
  return undefined;
}
