import type { Decision } from '../decision.ts';
import type { Finding } from '../family.ts';

/** A finding that rests on something decided about the machine. */
export function fromDecision(
  decision: Decision<unknown>,
  outcome: Finding['outcome'],
  because: string,
  more: Pick<Finding, 'cases' | 'problem'> = {},
): Finding {
  const { option, given, isDefault, source, range } = decision;
  return { outcome, because, option, value: given, isDefault, source, range, ...more };
}
