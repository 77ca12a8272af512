import type { Finding, Rule } from '../family.ts';

/** The rule that holds where another one fails; it has the same name, being the same question. */
export function not(rule: Rule): Rule {
  return {
    name: rule.name,
    check(subject): Finding {
      const finding = rule.check(subject);
      if (finding.outcome === 'unknown') {
        if (finding.cases === undefined) return finding;
        const { holds, fails } = finding.cases;
        return { ...finding, cases: { holds: fails, fails: holds } };
      }
      return { ...finding, outcome: finding.outcome === 'holds' ? 'fails' : 'holds' };
    },
  };
}
