import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { nearestName } from '../base/nearest-name.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { readFacts } from '../facts/read-facts.ts';

/** The arguments of a command, cut into words and options. */
export interface Arguments {
  readonly positionals: readonly string[];
  /** The value of a text option given once; undefined if it is not given. */
  text(name: string): string | undefined;
  /** All values of an option that may be repeated. */
  texts(name: string): readonly string[];
  flag(name: string): boolean;
}

/** Options that every command that looks at a configuration has. */
export const FACT_OPTIONS = { host: { type: 'string' }, guest: { type: 'string' } } as const;
/** The option that every command has. */
export const JSON_OPTION = { json: { type: 'boolean' } } as const;

/** Cuts arguments; the error says which argument was not understood. */
export function readArguments(
  args: readonly string[],
  options: ParseArgsOptionsConfig,
  maximumPositionals: number,
): Result<Arguments> {
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // The one way in which parseArgs reports; its words name the argument.
    return fail(inWords(error instanceof Error ? error.message : String(error), Object.keys(options)));
  }
  const surplus = parsed.positionals[maximumPositionals];
  if (surplus !== undefined) return fail(`unexpected argument '${surplus}'`);
  const valueOf = (name: string): unknown => parsed.values[name];
  return ok({
    positionals: parsed.positionals,
    text(name) {
      const value = valueOf(name);
      return typeof value === 'string' ? value : undefined;
    },
    texts(name) {
      const value = valueOf(name);
      return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
    },
    flag: (name) => valueOf(name) === true,
  });
}

/** The facts that `--host` and `--guest` describe. */
export function readFactArguments(args: Arguments): Result<Facts> {
  return readFacts(args.text('host'), args.text('guest'));
}

/** More than any option counts, and few enough digits to be exact. */
const LARGEST_WHOLE = 9_999_999_999;

/** A whole number from `minimum` on; undefined if the option is not given. */
export function readWholeOption(args: Arguments, name: string, minimum: number): Result<number | undefined> {
  const text = args.text(name);
  if (text === undefined) return ok(undefined);
  if (!/^\d+$/.test(text) || Number(text) < minimum) {
    return fail(`--${name}: '${text}' is no whole number from ${minimum} on`);
  }
  if (Number(text) > LARGEST_WHOLE) return fail(`--${name}: '${text}' is more than ${LARGEST_WHOLE}`);
  return ok(Number(text));
}

/** The error of `parseArgs` in one sentence: a value that looks like an option gets three lines of it. */
function inWords(message: string, known: readonly string[]): string {
  const [, missing] = /^Option '(?:-\w, )?(--[\w-]+) <value>' argument missing/.exec(message) ?? [];
  if (missing !== undefined) return `${missing}: its value is missing`;
  const [, unknown] = /^Unknown option '--([^']+)'/.exec(message) ?? [];
  if (unknown !== undefined) {
    const nearest = nearestName(unknown, known);
    const names = known.map((name) => `--${name}`).join(', ');
    return `Unknown option '--${unknown}'; ${nearest === undefined ? `expected ${names}` : `did you mean --${nearest}?`}`;
  }
  const [, option] = /^Option '([^']+)' argument is ambiguous/.exec(message) ?? [];
  if (option !== undefined) {
    return `${option}: its value is missing; one that begins with a dash is written ${option}=VALUE`;
  }
  const end = message.indexOf('. ');
  return end < 0 ? message : message.slice(0, end);
}
