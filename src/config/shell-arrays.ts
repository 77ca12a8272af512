import type { Assignment } from './shell-assignments.ts';
import type { Stretch } from './shell-commands.ts';
import { lexShell } from './shell-lexer.ts';
import { WORD } from './shell-tokens.ts';

/** The words between the brackets of `NAME=(…)`, whose value stands from `start` to `end`. */
export function wordsOfArray(source: string, start: number, end: number): Stretch[] {
  const from = start + 1;
  const isClosed = source[end - 1] === ')' && end - 1 > start;
  const { tokens } = lexShell(source.slice(from, isClosed ? end - 1 : end));
  const words: Stretch[] = [];
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kind(i) === WORD) words.push({ start: from + tokens.start(i), end: from + tokens.end(i) });
  }
  return words;
}

/** The variable that a word stands for as a list: `"${NAME[@]}"`, or `$NAME` outside of quotes. */
export function arrayReference(
  source: string,
  { start, end }: Stretch,
): { readonly name: string; readonly isArray: boolean } | undefined {
  if (end - start > LONGEST_REFERENCE || (source[start] !== '$' && source[start] !== '"')) return undefined;
  const match = REFERENCE.exec(source.slice(start, end));
  if (match === null) return undefined;
  const [, plain, braced, array, guarded] = match;
  const name = array ?? guarded ?? braced ?? plain ?? '';
  return { name, isArray: (array ?? guarded) !== undefined };
}

/** For `NAME="$NAME …"` and `NAME="… $NAME"`: what stands beside the variable's own value. */
export function ownName(source: string, { name, valueStart, end }: Assignment): Stretch | undefined {
  const isQuoted = source[valueStart] === '"' && source[end - 1] === '"' && end - valueStart > 1;
  const [from, to] = isQuoted ? [valueStart + 1, end - 1] : [valueStart, end];
  for (const own of [`$${name}`, `\${${name}}`]) {
    if (to - from < own.length) continue;
    const next = source[from + own.length] ?? ' ';
    const isWhole = own.endsWith('}') || !/\w/.test(next);
    if (isWhole && source.startsWith(own, from)) return insideQuotes(source, from + own.length, to, isQuoted);
    if (source.startsWith(own, to - own.length)) return insideQuotes(source, from, to - own.length, isQuoted);
  }
  return undefined;
}

/** Without its quotes, which both ends have or neither: what is left of `" -a b"` is ` -a b`. */
function insideQuotes(source: string, start: number, end: number, isQuoted: boolean): Stretch | undefined {
  // A quote inside would lose its partner.
  return isQuoted && source.slice(start, end).includes('"') ? undefined : { start, end };
}

const LONGEST_REFERENCE = 200;
const NAME = '([A-Za-z_]\\w*)';
/** `$NAME`, `${NAME}`, `"${NAME[@]}"`, and `${NAME[@]+"${NAME[@]}"}` for shells that take an empty array for an error. */
const REFERENCE = new RegExp(
  `^(?:\\$${NAME}|\\$\\{${NAME}\\}|"?\\$\\{${NAME}\\[[@*]\\]\\}"?|"?\\$\\{${NAME}\\[[@*]\\]:?[+-][^}]*\\}?"?\\}?"?)$`,
);
