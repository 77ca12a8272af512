import type { Problem } from '../config/problem.ts';
import type { DeviceFamily, DeviceInMachine, Finding, LegRules, Rule } from './family.ts';
import { settingsOfPath } from './path-settings.ts';
import type { Alternative, Reason, RejectedPath, ResolvedLeg } from './resolved-file.ts';

/** Applies the rules of a leg; problems of the deciding rules are added to `problems`. */
export function decideLeg(
  family: DeviceFamily,
  rules: LegRules,
  subject: DeviceInMachine,
  problems: Problem[],
): ResolvedLeg {
  const why: Reason[] = [];
  const alternatives: Alternative[] = [];
  const result = (path: string | null, rejected: RejectedPath[], note: string | null): ResolvedLeg => {
    const limits = path === null ? null : family.limits(subject);
    const settings = family.settings(subject);
    return {
      leg: rules.leg,
      path,
      alternatives,
      why,
      rejected,
      settings: path === null ? settings : settingsOfPath(path, settings),
      note: note ?? limits?.note ?? null,
      canRun: path !== null && (limits?.canRun ?? true),
    };
  };

  /** What must turn out to be so for any path at all. */
  const assumed: string[] = [];
  for (const { rule, finding } of checkAll(rules.prerequisites, subject)) {
    why.push(reason(rule, finding));
    if (finding.problem !== undefined && finding.outcome !== 'holds') report(finding, subject, problems);
    if (finding.outcome === 'fails') return result(null, [], finding.because);
    if (finding.outcome === 'unknown') {
      const { holds, fails } = casesOf(finding);
      alternatives.push({ path: null, when: fails });
      assumed.push(holds);
    }
  }

  const rejected: RejectedPath[] = [];
  /** The cases in which no earlier candidate is taken, of those that may be. */
  const otherwise: string[] = [];
  let taken: string | undefined;
  for (const candidate of rules.candidates) {
    const checked = checkAll(candidate.rules, subject);
    const failed = checked.filter(({ finding }) => finding.outcome === 'fails');
    for (const { rule, finding } of failed) {
      rejected.push({
        path: candidate.path,
        rule: rule.name,
        because: finding.because,
        source: finding.source,
      });
    }
    if (taken !== undefined) {
      if (failed.length === 0) rejected.push(superseded(candidate.path, taken));
      continue;
    }
    const decider = failed[0];
    if (decider !== undefined) {
      why.push(...reasonsUpTo(checked, decider.rule));
      if (decider.finding.problem !== undefined) report(decider.finding, subject, problems);
      continue;
    }
    why.push(...checked.map(({ rule, finding }) => reason(rule, finding)));
    const unknown = checked.filter(({ finding }) => finding.outcome === 'unknown');
    if (unknown.length === 0) {
      taken = candidate.path;
    } else {
      const cases = unknown.map(({ finding }) => casesOf(finding));
      const holds = cases.map((both) => both.holds);
      alternatives.push({ path: candidate.path, when: [...assumed, ...otherwise, ...holds].join(', and ') });
      otherwise.push(cases.map((both) => both.fails).join(' or '));
    }
  }
  if (taken === undefined) return result(null, rejected, null);
  if (alternatives.length === 0) return result(taken, rejected, null);
  alternatives.push({ path: taken, when: [...assumed, ...otherwise].join(', and ') });
  return result(null, rejected, 'the path depends on what this file does not say');
}

function casesOf(finding: Finding): { holds: string; fails: string } {
  return finding.cases ?? { holds: `so: ${finding.because}`, fails: `not so: ${finding.because}` };
}

interface Checked {
  readonly rule: Rule;
  readonly finding: Finding;
}

function checkAll(rules: readonly Rule[], subject: DeviceInMachine): Checked[] {
  return rules.map((rule) => ({ rule, finding: rule.check(subject) }));
}

/** What QEMU asked until the answer was no; a question without a known answer does not matter then. */
function reasonsUpTo(checked: readonly Checked[], last: Rule): Reason[] {
  const asked = checked.slice(0, checked.findIndex(({ rule }) => rule === last) + 1);
  return asked
    .filter(({ finding }) => finding.outcome !== 'unknown')
    .map(({ rule, finding }) => reason(rule, finding));
}

function reason(rule: Rule, finding: Finding): Reason {
  const { because, option, value, isDefault, source, range } = finding;
  return { rule: rule.name, because, option, value, isDefault, source, range };
}

function superseded(path: string, by: string): RejectedPath {
  const because = `${by} comes first and nothing stands in its way`;
  return { path, rule: 'superseded', because, source: 'order of the rules' };
}

function report(finding: Finding, subject: DeviceInMachine, problems: Problem[]): void {
  if (finding.problem !== undefined) problems.push({ ...finding.problem, range: subject.device.valueRange });
}
