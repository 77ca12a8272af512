import { WORKLOADS } from '../analysis/workloads.ts';
import { ALL_PROFILES } from '../costs/all-profiles.ts';
import { ALL_PATHS } from '../paths/all-paths.ts';
import type { PathSetting } from '../paths/path.ts';
import { wrap } from './text.ts';

const NAME_WIDTH = 16;

/** What `--profile`, `--workload` and `--set` can be given, for `--help`. */
export const CHOICES_HELP: readonly string[] = [
  'profiles',
  ...ALL_PROFILES.flatMap(({ name, title }) => entry(name, title)),
  'workloads',
  ...WORKLOADS.flatMap(({ name, title }) => entry(name, title)),
  ...ALL_PATHS.flatMap(({ info, settings }) => [
    `settings of ${info.id}`,
    ...settings.flatMap((setting) => entry(setting.name, `${setting.description}: ${values(setting)}`)),
  ]),
];

function entry(name: string, text: string): string[] {
  return wrap(text, `  ${name.padEnd(NAME_WIDTH)}`);
}

function values(setting: PathSetting): string {
  if (setting.kind === 'choice') return `${setting.choices.join(' or ')} (${setting.default})`;
  const unit = setting.unit === '' ? '' : ` ${setting.unit}`;
  return `${setting.minimum} to ${setting.maximum}${unit} (${setting.default})`;
}
