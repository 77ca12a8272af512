import type { LineIndex } from '../line-index.ts';
import type { Problem } from '../problem.ts';
import type { PythonToken } from './python-tokens.ts';

/** Options of a list that Python joins, since no comma stands between their strings. */
export function missingCommas(source: string, tokens: readonly PythonToken[], lines: LineIndex): Problem[] {
  const problems: Problem[] = [];
  let depth = 0;
  tokens.forEach((token, i) => {
    if (token.kind === 'sign' && OPENERS.has(token.text)) depth += 1;
    if (token.kind === 'sign' && CLOSERS.has(token.text)) depth -= 1;
    const before = tokens[i - 1];
    if (depth <= 0 || token.kind !== 'string' || before?.kind !== 'string') return;
    const [first, second] = [letters(source, before), letters(source, token)];
    const isMeant = OPTION.test(first) || (OPTION.test(second) && /[^\s=,:/]$/.test(first));
    if (!isMeant || problems.length >= MOST_PROBLEMS) return;
    problems.push({
      code: 'missing-comma',
      severity: 'warning',
      message: 'this string and the one before it are one argument; expected a comma between them',
      range: lines.range(token.from, token.to),
    });
  });
  return problems;
}

function letters(source: string, { parts }: PythonToken): string {
  const [part] = parts;
  return parts.length === 1 && part?.kind === 'letters' ? source.slice(part.from, part.to) : '';
}

const OPTION = /^--?[a-zA-Z][\w-]{0,40}$/;
const OPENERS: ReadonlySet<string> = new Set(['(', '[', '{']);
const CLOSERS: ReadonlySet<string> = new Set([')', ']', '}']);
const MOST_PROBLEMS = 20;
