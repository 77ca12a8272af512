import { GUEST_KEYS, HOST_KEYS, type FactKey } from '../facts/fact-keys.ts';
import type { Facts } from '../facts/facts.ts';
import { wrap } from './text.ts';

/** What `--host` and `--guest` take, for `--help`. */
export const FACTS_HELP: readonly string[] = [
  '  --host FACTS    what is known of the host, as key=value,…',
  ...HOST_KEYS.map(keyHelp),
  '  --guest FACTS   what is known of the guest, as key=value,…',
  ...GUEST_KEYS.map(keyHelp),
  '  --json          as data; docs/json.md has the fields',
];

function keyHelp({ name, meaning, expected }: FactKey): string {
  return `      ${name.padEnd(12)}${meaning}: ${expected}`;
}

/** The assumptions behind an answer, as a paragraph. */
export function factsText({ host, guest }: Facts): string[] {
  const list = (facts: object): string =>
    Object.entries(facts)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(', ');
  return [
    ...wrap(list(host), 'assuming  host  '),
    ...wrap(list(guest), '          guest '),
    '          --host and --guest say otherwise, e.g. --guest msi=off',
  ];
}
