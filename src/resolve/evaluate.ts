import type { Problem } from '../config/problem.ts';
import type { DeviceInMachine, Finding, LegRules, Rule } from './family.ts';
import type { Alternative, Reason, RejectedPath } from './resolved-file.ts';

/** What the rules of a leg come to. */
export interface Evaluation {
  /** Null if there is none or if it depends on what the file does not say; then `note` says why. */
  readonly path: string | null;
  readonly alternatives: readonly Alternative[];
  readonly why: readonly Reason[];
  readonly rejected: readonly RejectedPath[];
  readonly note: string | null;
  readonly problems: readonly Omit<Problem, 'range'>[];
  /** What the deciding findings rest on without being told. */
  readonly assumptions: readonly NonNullable<Finding['assumes']>[];
}

/** Applies the rules; of the assumption called `flipped`, if any, the opposite is taken to be so. */
export function evaluate(
  { prerequisites, candidates }: LegRules,
  subject: DeviceInMachine,
  flipped: string | undefined,
): Evaluation {
  const log = new Log();
  /** What must turn out to be so for any path at all. */
  const assumed: string[] = [];
  const alternatives: Alternative[] = [];
  for (const { rule, finding } of checkAll(prerequisites, subject, flipped)) {
    log.why(rule, finding);
    if (finding.outcome !== 'holds') log.problem(finding);
    if (finding.outcome === 'fails') return log.result(null, [], [], finding.because);
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
  let lastReason = 'no path can be given';
  for (const { path, rules } of candidates) {
    const checked = checkAll(rules, subject, flipped);
    const failed = checked.filter(({ finding }) => finding.outcome === 'fails');
    for (const { rule, finding } of failed) rejected.push(rejection(path, rule, finding));
    if (taken !== undefined) {
      if (failed.length === 0) rejected.push(superseded(path, taken));
      continue;
    }
    const [decider] = failed;
    if (decider?.rule.isHistory === true) continue;
    if (decider !== undefined) {
      for (const { rule, finding } of askedUntil(checked, decider)) log.why(rule, finding);
      log.problem(decider.finding);
      lastReason = decider.finding.because;
      continue;
    }
    for (const { rule, finding } of checked) log.why(rule, finding);
    const unknown = checked.filter(({ finding }) => finding.outcome === 'unknown');
    if (unknown.length === 0) {
      taken = path;
    } else {
      const cases = unknown.map(({ finding }) => casesOf(finding));
      const holds = cases.map((both) => both.holds);
      alternatives.push({ path, when: clauses([...assumed, ...otherwise, ...holds]) });
      otherwise.push(cases.map((both) => both.fails).join(' or '));
    }
  }
  if (alternatives.length === 0) {
    return log.result(taken ?? null, [], rejected, taken === undefined ? lastReason : null);
  }
  alternatives.push({ path: taken ?? null, when: clauses([...assumed, ...otherwise]) });
  return log.result(null, alternatives, rejected, 'the path depends on what this file does not say');
}

/** All of them at once; what something is not needs no word where another clause says what it is. */
function clauses(all: readonly string[]): string {
  return all.filter((clause) => !all.some((other) => isImplied(clause, other))).join(', and ');
}

/** `kernel-irqchip is not on` by `kernel-irqchip is split`. */
function isImplied(clause: string, other: string): boolean {
  const [, what, value] = /^(\S+) is not (\S+)$/.exec(clause) ?? [];
  if (what === undefined || value === undefined || !other.startsWith(`${what} is `)) return false;
  const values = other.slice(`${what} is `.length).split(' or ');
  return values.every((one) => /^\S+$/.test(one) && one !== value);
}

/** Collects what the findings say, each thing once: candidates share rules. */
class Log {
  readonly #why: Reason[] = [];
  readonly #problems: Omit<Problem, 'range'>[] = [];
  readonly #assumptions: NonNullable<Finding['assumes']>[] = [];

  why(rule: Rule, { because, option, value, isDefault, source, range, assumes }: Finding): void {
    if (this.#why.some((known) => known.rule === rule.name && known.because === because)) return;
    this.#why.push({ rule: rule.name, because, option, value, isDefault, source, range });
    if (assumes === undefined || this.#assumptions.some(({ name }) => name === assumes.name)) return;
    this.#assumptions.push(assumes);
  }

  problem({ problem }: Finding): void {
    if (problem === undefined || this.#problems.some(({ message }) => message === problem.message)) return;
    this.#problems.push(problem);
  }

  result(
    path: string | null,
    alternatives: readonly Alternative[],
    rejected: readonly RejectedPath[],
    note: string | null,
  ): Evaluation {
    return {
      path,
      alternatives,
      why: this.#why,
      rejected,
      note,
      problems: this.#problems,
      assumptions: this.#assumptions,
    };
  }
}

function casesOf(finding: Finding): { holds: string; fails: string } {
  return finding.cases ?? { holds: `so: ${finding.because}`, fails: `not so: ${finding.because}` };
}

interface Checked {
  readonly rule: Rule;
  readonly finding: Finding;
}

function checkAll(rules: readonly Rule[], subject: DeviceInMachine, flipped: string | undefined): Checked[] {
  return rules.map((rule) => {
    const finding = findingOf(rule, subject);
    return {
      rule,
      finding: finding.assumes?.name === flipped && flipped !== undefined ? opposite(finding) : finding,
    };
  });
}

/** The legs of a device and their candidates share rules, and each is asked again for every assumption. */
const findings = new WeakMap<DeviceInMachine, Map<Rule, Finding>>();

function findingOf(rule: Rule, subject: DeviceInMachine): Finding {
  let ofSubject = findings.get(subject);
  if (ofSubject === undefined) {
    ofSubject = new Map();
    findings.set(subject, ofSubject);
  }
  const known = ofSubject.get(rule);
  if (known !== undefined) return known;
  const finding = rule.check(subject);
  ofSubject.set(rule, finding);
  return finding;
}

function opposite(finding: Finding): Finding {
  if (finding.outcome === 'unknown') return finding;
  return { ...finding, outcome: finding.outcome === 'holds' ? 'fails' : 'holds' };
}

/** What QEMU asked until the answer was no; a question without a known answer does not matter then. */
function askedUntil(checked: readonly Checked[], last: Checked): Checked[] {
  return checked.slice(0, checked.indexOf(last) + 1).filter(({ finding }) => finding.outcome !== 'unknown');
}

function rejection(path: string, { name }: Rule, { because, source }: Finding): RejectedPath {
  return { path, rule: name, because, source };
}

function superseded(path: string, by: string): RejectedPath {
  const because = `${by} comes first and nothing stands in its way`;
  return { path, rule: 'superseded', because, source: 'order of the rules' };
}
