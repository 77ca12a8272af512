import type { Problem } from '../config/problem.ts';
import type { PathSettings } from '../paths/path.ts';
import { evaluate, type Evaluation } from './evaluate.ts';
import type { DeviceFamily, DeviceInMachine, LegRules } from './family.ts';
import { buildLimits, settingsOfPath } from './path-settings.ts';
import type { Alternative, ResolvedLeg } from './resolved-file.ts';

/** Applies the rules of a leg; problems of the deciding rules are added to `problems`. */
export function decideLeg(
  family: DeviceFamily,
  rules: LegRules,
  subject: DeviceInMachine,
  problems: Problem[],
): ResolvedLeg {
  const decided = evaluate(rules, subject, undefined);
  const range = subject.device.valueRange;
  for (const problem of decided.problems) problems.push({ ...problem, range });
  const alternatives = [...decided.alternatives];
  for (const { name, otherwise } of decided.assumptions) {
    const other = evaluate(rules, subject, name);
    const known = [decided.path, ...alternatives.map(({ path }) => path)];
    alternatives.push(...casesOf(other, otherwise).filter(({ path }) => !known.includes(path)));
    for (const { code, message } of other.problems) {
      if (decided.problems.some((problem) => problem.code === code)) continue;
      problems.push({ code, severity: 'information', message: `when ${otherwise}: ${message}`, range });
    }
  }
  const { path, why, rejected, note } = decided;
  const settings = deviceSettings(family, subject);
  const base = { leg: rules.leg, path, alternatives, why, rejected };
  if (path === null) return { ...base, settings, note, canRun: false };
  const limit = family.limits(subject) ?? buildLimits(path, settings, subject.machine.facts);
  return { ...base, settings: settingsOfPath(path, settings), note: limit, canRun: limit === null };
}

/** What file and hardware say for a simulation of a device, on whatever path. */
export function deviceSettings(family: DeviceFamily, subject: DeviceInMachine): PathSettings {
  return { ...family.settings(subject), ...subject.device.nature };
}

/** What an evaluation comes to in the case that `when` describes. */
function casesOf({ path, alternatives }: Evaluation, when: string): Alternative[] {
  if (path !== null || alternatives.length === 0) return [{ path, when }];
  return alternatives.map((one) => ({ path: one.path, when: `${when}, and ${one.when}` }));
}
