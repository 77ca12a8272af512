import type { LineIndex } from '../line-index.ts';
import type { Problem } from '../problem.ts';
import { unterminatedQuote } from '../unterminated.ts';
import { readPythonTokens, type PythonToken } from './python-tokens.ts';

/** The tokens of a program in which every bracket has its end, and the brackets that had none. */
export interface BalancedTokens {
  readonly tokens: readonly PythonToken[];
  readonly unclosed: readonly PythonToken[];
}

/**
 * Reads a program whose brackets may be wrong: one that nothing closes ends before the next statement that stands no
 * deeper than its own, one that another kind closes ends there.
 */
export function readBalanced(text: string): BalancedTokens {
  const all: PythonToken[] = [];
  const unclosed: PythonToken[] = [];
  let from = 0;
  for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) {
    const { tokens, open } = balance(readPythonTokens(text, from), unclosed);
    const [first] = open;
    const next = first === undefined ? undefined : nextStatement(text, tokens, first);
    for (let i = 0; i < (next ?? tokens.length); i++) all.push(tokens[i]!);
    if (first === undefined) break;
    unclosed.push(first);
    const end = next === undefined ? text.length : (tokens[next]?.from ?? text.length);
    const within = next === undefined ? open : [first];
    for (const opener of within.toReversed()) all.push(closerOf(opener, end));
    if (next === undefined) break;
    from = startOfLine(text, end);
  }
  return { tokens: all, unclosed };
}

/** Says which brackets nothing closes. */
export function unclosedBrackets(unclosed: readonly PythonToken[], lines: LineIndex): Problem[] {
  return unclosed.slice(0, MOST_PROBLEMS).map(({ text, from }) => {
    const closer = CLOSERS[text] ?? '';
    return unterminatedQuote(text, closer, 'it is taken to end before what cannot stand in it', from, lines);
  });
}

/** Closers where one of another kind stands; `open` are the tokens of the brackets that are open at the end. */
function balance(
  read: readonly PythonToken[],
  unclosed: PythonToken[],
): { readonly tokens: PythonToken[]; readonly open: readonly PythonToken[] } {
  const tokens: PythonToken[] = [];
  const open: PythonToken[] = [];
  /** How many brackets wait for a closer: one that none waits for must not cost a search. */
  const waiting = new Map<string, number>();
  const take = (): PythonToken => {
    const opener = open.pop()!;
    const closer = CLOSERS[opener.text] ?? '';
    waiting.set(closer, (waiting.get(closer) ?? 0) - 1);
    return opener;
  };
  for (const token of read) {
    const { kind, text } = token;
    const closer = kind === 'sign' ? CLOSERS[text] : undefined;
    if (closer !== undefined) {
      open.push(token);
      waiting.set(closer, (waiting.get(closer) ?? 0) + 1);
    }
    if (kind !== 'sign' || !CLOSING.has(text)) {
      tokens.push(token);
      continue;
    }
    const isAwaited = (waiting.get(text) ?? 0) > 0;
    while (open.length > 0 && CLOSERS[open.at(-1)?.text ?? ''] !== text) {
      const opener = take();
      unclosed.push(opener);
      tokens.push(closerOf(opener, token.from));
      if (!isAwaited) break;
    }
    if (!isAwaited) continue;
    take();
    tokens.push(token);
  }
  return { tokens, open };
}

/** The index of the token that begins the next statement behind the line of a bracket; undefined without any. */
function nextStatement(
  text: string,
  tokens: readonly PythonToken[],
  opener: PythonToken,
): number | undefined {
  const at = tokens.indexOf(opener);
  const line = tokens.findLast((token, i) => i < at && token.kind === 'line');
  const indent = line === undefined ? 0 : line.to - line.from;
  for (let i = at + 1; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind !== 'name') continue;
    const start = startOfLine(text, token.from);
    if (start <= (tokens[i - 1]?.from ?? 0) || token.from - start > indent) continue;
    const next = tokens[i + 1]?.text ?? '';
    if (text.slice(start, token.from).trim() === '' && (KEYWORDS.has(token.text) || BEHIND.has(next)))
      return i;
  }
  return undefined;
}

function closerOf(opener: PythonToken, at: number): PythonToken {
  return { kind: 'sign', from: at, to: at, text: CLOSERS[opener.text] ?? '', parts: [] };
}

function startOfLine(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** How often reading begins anew; a text made to hurt must not take more than linear time. */
const MOST_ROUNDS = 5;
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const CLOSING: ReadonlySet<string> = new Set([')', ']', '}']);
const MOST_PROBLEMS = 20;
/** What stands behind the name that begins a statement. */
const BEHIND: ReadonlySet<string> = new Set(['=', '+=', '.', '(']);
const KEYWORDS: ReadonlySet<string> = new Set(
  'def class if for while with return import from try async raise print assert'.split(' '),
);
