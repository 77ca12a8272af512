import { WORKLOADS } from '../analysis/workloads.ts';
import { ALL_PROFILES } from '../costs/all-profiles.ts';
import { ALL_PATHS } from '../paths/all-paths.ts';
import type { PathSetting } from '../paths/path.ts';
import { wrap } from './text.ts';

/** What `--set` can be given, by path, for `--help`. */
export const SETTINGS_HELP: readonly string[] = ALL_PATHS.flatMap(({ info, settings }) =>
  choicesHelp(
    `settings of ${info.id}`,
    settings.map((setting) => [setting.name, `${setting.description}: ${values(setting)}`]),
  ),
);

/** What `--bug` can be given, by path, for `--help`. */
export const BUGS_HELP: readonly string[] = ALL_PATHS.filter(({ info }) => info.bugs.length > 0).flatMap(
  ({ info }) =>
    choicesHelp(
      `bugs of ${info.id}`,
      info.bugs.map(({ name, title }) => [name, title]),
    ),
);

/** What `--profile`, `--workload`, `--set` and `--bug` can be given, for `--help`. */
export const CHOICES_HELP: readonly string[] = [
  ...choicesHelp(
    'profiles',
    ALL_PROFILES.map(({ name, title }) => [name, title]),
  ),
  ...choicesHelp(
    'workloads',
    WORKLOADS.map(({ name, title }) => [name, title]),
  ),
  ...SETTINGS_HELP,
  ...BUGS_HELP,
];

/** Names with what they mean, under a heading. */
export function choicesHelp(
  heading: string,
  choices: readonly (readonly [name: string, meaning: string])[],
): string[] {
  const width = Math.max(...choices.map(([name]) => name.length));
  return [heading, ...choices.flatMap(([name, meaning]) => wrap(meaning, `  ${name.padEnd(width)}  `))];
}

function values(setting: PathSetting): string {
  if (setting.kind === 'choice') return `${setting.choices.join(' or ')} (${setting.default})`;
  const unit = setting.unit === '' ? '' : ` ${setting.unit}`;
  return `${setting.minimum} to ${setting.maximum}${unit} (${setting.default})`;
}
