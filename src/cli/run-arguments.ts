import type { SimulationRequest } from '../analysis/simulate.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import type { BugOverrides } from '../paths/bugs.ts';
import type { PathSettings } from '../paths/path.ts';
import {
  FACT_OPTIONS,
  JSON_OPTION,
  readFactArguments,
  readWholeOption,
  type Arguments,
} from './arguments.ts';
import { readBugs, readSettings } from './setting-arguments.ts';

/** Options of every command that runs paths in time. */
export const RUN_OPTIONS = {
  ...FACT_OPTIONS,
  ...JSON_OPTION,
  device: { type: 'string' },
  leg: { type: 'string' },
  profile: { type: 'string' },
  workload: { type: 'string' },
  irqs: { type: 'string' },
  seed: { type: 'string' },
  set: { type: 'string', multiple: true },
  bug: { type: 'string', multiple: true },
  format: { type: 'string' },
} as const;

/** How a device of a file is chosen, for `--help`. */
export const DEVICE_HELP: readonly string[] = [
  '  --device ID     the device, by its id or driver (as resolve lists it) or by its line',
  '  --leg LEG       which of its legs, as resolve lists them: interrupt, kick, or call',
];

/** What the other options mean, for `--help`. */
export const RUN_HELP: readonly string[] = [
  '  --profile P     the platform whose costs are used',
  '  --workload W    what device and guest do',
  '  --irqs N        how many interrupts (100)',
  '  --seed S        where the random choices start (1)',
  '  --set NAME=VALUE   a setting of the path or a cost in nanoseconds; may be repeated',
  '  --bug NAME=on|off  a known bug, whatever the versions say; all=off: none of them; may be repeated',
];

/** What the options ask for; a run of a path follows from it, the path and what a file says of it. */
export interface RunArguments {
  readonly facts: Facts;
  readonly settings: PathSettings;
  readonly bugs: BugOverrides;
  /** Those of the other options that are given. */
  readonly options: Pick<SimulationRequest, 'interrupts' | 'seed' | 'profile' | 'workload'>;
}

/** Reads {@link RUN_OPTIONS}; the error says which of them was not understood. */
export function readRunArguments(args: Arguments): Result<RunArguments> {
  const facts = readFactArguments(args);
  if (!facts.ok) return facts;
  const interrupts = readWholeOption(args, 'irqs', 1);
  if (!interrupts.ok) return interrupts;
  const seed = readWholeOption(args, 'seed', 0);
  if (!seed.ok) return seed;
  const settings = readSettings(args.texts('set'));
  if (!settings.ok) return settings;
  const bugs = readBugs(args.texts('bug'));
  if (!bugs.ok) return bugs;
  const profile = args.text('profile');
  const workload = args.text('workload');
  return ok({
    facts: facts.value,
    settings: settings.value,
    bugs: bugs.value,
    options: {
      ...(interrupts.value === undefined ? {} : { interrupts: interrupts.value }),
      ...(seed.value === undefined ? {} : { seed: seed.value }),
      ...(profile === undefined ? {} : { profile }),
      ...(workload === undefined ? {} : { workload }),
    },
  });
}

/** What of {@link DEVICE_HELP} is given without a file, which alone has devices; undefined if nothing is. */
export function needsFile(args: Arguments): string | undefined {
  const given = (['device', 'leg'] as const).find((name) => args.text(name) !== undefined);
  return given === undefined ? undefined : `--${given} needs a FILE`;
}

/** The value of `--format`, or `json` for `--json`; the error names the formats that there are. */
export function readFormat<Format extends string>(
  args: Arguments,
  formats: readonly [Format, ...Format[]],
): Result<Format | 'json'> {
  if (args.flag('json')) return ok('json');
  const text = args.text('format') ?? formats[0];
  const format = formats.find((known) => known === text);
  return format === undefined
    ? fail(`--format: '${text}' is no format; expected ${formats.join(', ')}`)
    : ok(format);
}
