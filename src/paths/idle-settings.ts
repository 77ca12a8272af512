import type { PathSetting, PathSettings } from './path.ts';

/** Whether a setting means anything beside the others, `used` and for the rest their defaults. */
export function hasMeaning(setting: PathSetting, all: readonly PathSetting[], used: PathSettings): boolean {
  if (setting.onlyWith === undefined) return true;
  return [setting.onlyWith].flat().some(({ setting: other, values }) => {
    const decisive = all.find(({ name }) => name === other);
    // A path that leaves no choice of the other one has this for good reason.
    if (!decisive) return true;
    if (!values.includes(String(used[other] ?? decisive.default))) return false;
    return hasMeaning(decisive, all, used);
  });
}

/** Without what a setting means nothing, e.g. `device=net`; empty if it always means something. */
export function conditionOf({ onlyWith }: PathSetting): string {
  return [onlyWith ?? []]
    .flat()
    .map(({ setting, values }) => `${setting}=${values.join(' or ')}`)
    .join(', or with ');
}
