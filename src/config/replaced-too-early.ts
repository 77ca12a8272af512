import type { Problem } from './problem.ts';
import type { UnknownPart } from './unknown-parts.ts';

/**
 * The variables of a script in a here-document that the script around it replaces, though it sets none of that name and
 * the one inside does: nothing is left of them when the inner script runs.
 */
export function replacedTooEarly(text: string, unknown: readonly UnknownPart[]): readonly UnknownPart[] {
  const named = unknown.filter(({ shown }) => NAME.test(shown));
  if (named.length === 0) return [];
  const set = new Set(Array.from(text.matchAll(SETS), ([, name, other]) => name ?? other));
  return named.filter(({ shown }) => set.has(NAME.exec(shown)?.[1])).slice(0, MOST_TOLD);
}

export function tooEarly({ range, written }: UnknownPart): Problem {
  const message =
    `the shell replaces ${written} before the lines that set it run, with nothing that this script sets; ` +
    `expected \\${written}, or quotes around the word behind <<`;
  return { code: 'replaced-too-early', severity: 'warning', message, range };
}

const NAME = /^\$\{?([A-Za-z_]\w*)\}?$/;
const SETS =
  /^[ \t]*(?:(?:export|local|readonly|declare)[ \t]+)?([A-Za-z_]\w*)\+?=|\bfor[ \t]+([A-Za-z_]\w*)[ \t]+in\b/gm;
/** More help nobody. */
const MOST_TOLD = 20;
