import { compare } from '../../base/text-range.ts';
import { readCommandLines } from '../command-lines.ts';
import type { LaunchFile } from '../launch-file.ts';
import type { LineIndex } from '../line-index.ts';
import type { Problem } from '../problem.ts';
import { unterminatedQuote } from '../unterminated.ts';
import { readBalanced, unclosedBrackets } from './python-brackets.ts';
import { missingCommas } from './python-commas.ts';
import { PythonExpressions } from './python-expressions.ts';
import type { PythonToken } from './python-tokens.ts';
import { ShellWriter } from './shell-writer.ts';
import { isOfInterest, writeValue, type Item, type Value } from './string-values.ts';

/**
 * The machines that a Python program starts: lists of strings that begin with QEMU, lists of options, and strings with
 * a command. A variable is followed where it is set outside of branches and loops; what is added to a list inside of
 * one is read as a fragment of its own.
 */
export function readPython(text: string, lines: LineIndex): Pick<LaunchFile, 'machines' | 'problems'> {
  const program = new PythonReader(text);
  program.read();
  const derived = program.writer.build(lines);
  const machines = readCommandLines(derived.text, derived.lines);
  const problems = machines.length === 0 ? [] : program.problems(lines);
  return { machines: machines.sort((a, b) => compare(a.range.start, b.range.start)), problems };
}

interface Variable {
  readonly kind: Value['kind'];
  readonly items: Item[];
  /** Whether nothing conditional set it. */
  readonly isCertain: boolean;
  /** Whether another list holds it, so that it is no command line of its own. */
  isUsed: boolean;
}

interface Block {
  readonly indent: number;
  readonly isConditional: boolean;
  /** The function that it is, or is in; 0 outside of any. */
  readonly scope: number;
}

class PythonReader {
  readonly writer: ShellWriter;
  readonly #source: string;
  readonly #tokens: readonly PythonToken[];
  readonly #unclosed: readonly PythonToken[];
  readonly #expressions: PythonExpressions;
  readonly #variables = new Map<string, Variable>();
  readonly #blocks: Block[] = [];

  constructor(source: string) {
    this.#source = source;
    this.writer = new ShellWriter(source);
    const { tokens, unclosed } = readBalanced(source);
    this.#tokens = tokens;
    this.#unclosed = unclosed;
    this.#expressions = new PythonExpressions(source, this.#tokens, (name) => this.#use(name));
  }

  read(): void {
    let start = 0;
    for (let i = 1; i <= this.#tokens.length; i++) {
      if (i < this.#tokens.length && this.#tokens[i]?.kind !== 'line') continue;
      this.#statement(start, i);
      start = i;
    }
    for (const variable of this.#variables.values()) this.#finish(variable);
  }

  /** What is wrong with the strings and lists. */
  problems(lines: LineIndex): Problem[] {
    const strings = this.#unclosedStrings(lines);
    // A string that nothing closes may hold the bracket.
    const brackets = strings.length > 0 ? [] : unclosedBrackets(this.#unclosed, lines);
    return [
      ...strings,
      ...this.#unclosedExpressions(lines),
      ...brackets,
      ...missingCommas(this.#source, this.#tokens, lines),
    ];
  }

  /** Braces in formatted strings. */
  #unclosedExpressions(lines: LineIndex): Problem[] {
    const rest = 'the rest of the string is not known';
    return this.#tokens.flatMap(({ parts }) =>
      parts.flatMap(({ kind, from, to }) => {
        const isOpen = kind === 'expression' && this.#source[to - 1] !== '}';
        return isOpen ? unterminatedQuote('{', '}', rest, from, lines) : [];
      }),
    );
  }

  /** Strings that nothing closes: what follows in the line was hardly meant to be in them. */
  #unclosedStrings(lines: LineIndex): Problem[] {
    return this.#tokens.flatMap(({ from, unclosed }) => {
      if (unclosed === undefined) return [];
      const [quote] = /["']+$/.exec(unclosed) ?? [unclosed];
      const rest = quote.length === 1 ? 'its line is taken to end it' : 'it goes on to the end of the file';
      return unterminatedQuote(unclosed, quote, rest, from, lines);
    });
  }

  /** The tokens from `from`, which begins a line, to before `end`. */
  #statement(from: number, end: number): void {
    const line = this.#tokens[from];
    if (line === undefined) return;
    const indent = line.to - line.from;
    while (this.#blocks.length > 0 && (this.#blocks.at(-1)?.indent ?? 0) >= indent) this.#blocks.pop();
    const first = this.#tokens[from + 1]?.text ?? '';
    const isBlock = this.#tokens[end - 1]?.text === ':' && KEYWORDS.has(first);
    if (isBlock) this.#open(first, indent, from);
    if (isBlock || !this.#assignment(from + 1, end)) this.#scan(from + 1, end, 0);
    else this.#scanSkipped(0);
  }

  #open(keyword: string, indent: number, at: number): void {
    const around = this.#blocks.at(-1);
    const isFunction = keyword === 'def' || keyword === 'async';
    const isBranch = CONDITIONAL.has(keyword);
    this.#blocks.push({
      indent,
      isConditional: isFunction ? false : isBranch || (around?.isConditional ?? false),
      scope: isFunction ? at + 1 : (around?.scope ?? 0),
    });
  }

  /** `NAME = …`, `NAME += …`, `NAME.append(…)` and the like; false for anything else. */
  #assignment(from: number, end: number): boolean {
    if (this.#tokens[from]?.kind !== 'name') return false;
    let i = from + 1;
    while (this.#tokens[i]?.text === '.' && this.#tokens[i + 1]?.kind === 'name') i += 2;
    const method = this.#tokens[i - 1]?.text ?? '';
    if (this.#tokens[i]?.text === '(' && ADDING.has(method) && i - from >= 3) {
      const { items } = this.#expressions.items(i);
      const first = this.#expressions.read(i + 1).value;
      const added = method === 'extend' && first?.kind === 'list' ? first.items : items;
      this.#add(this.#expressions.nameAt(from, i - 2), { kind: 'list', items: added });
      return true;
    }
    const name = this.#expressions.nameAt(from, i);
    // A type between the name and the sign.
    if (this.#tokens[i]?.text === ':') while (i < end && this.#tokens[i]?.text !== '=') i += 1;
    const sign = this.#tokens[i]?.text;
    if (sign !== '=' && sign !== '+=') return false;
    const { value, next } = this.#expressions.read(i + 1);
    if (next < end) this.#scan(next, end, 0);
    if (sign === '+=') this.#add(name, value);
    else this.#set(name, next >= end ? value : undefined);
    return true;
  }

  #set(name: string, value: Value | undefined): void {
    const key = this.#key(name);
    const known = this.#variables.get(key);
    if (known !== undefined) this.#finish(known);
    const isCertain = !this.#isConditional() && value !== undefined;
    if (!isCertain && value !== undefined) this.#write(value);
    this.#variables.set(key, {
      kind: value?.kind ?? 'text',
      items: isCertain ? [...value.items] : [],
      isCertain,
      isUsed: false,
    });
  }

  #add(name: string, value: Value | undefined): void {
    if (value === undefined) return;
    const known = this.#find(name);
    if (known?.isCertain !== true || this.#isConditional()) {
      this.#write({ kind: 'list', items: value.items });
      return;
    }
    for (const item of value.items) known.items.push(item);
  }

  /** A list that no other holds is a command line of its own. */
  #finish(variable: Variable): void {
    if (!variable.isUsed && variable.isCertain) this.#write(variable);
  }

  #use(name: string): Value | undefined {
    const variable = this.#find(name);
    if (variable?.isCertain !== true) return undefined;
    variable.isUsed = true;
    return variable;
  }

  #find(name: string): Variable | undefined {
    return this.#variables.get(this.#key(name)) ?? this.#variables.get(`0 ${name}`);
  }

  /** What an object holds belongs to no function. */
  #key(name: string): string {
    const scope = name.startsWith('self.') ? 0 : (this.#blocks.at(-1)?.scope ?? 0);
    return `${String(scope)} ${name}`;
  }

  #isConditional(): boolean {
    return this.#blocks.at(-1)?.isConditional ?? false;
  }

  /** Lists and strings anywhere in an expression. */
  #scan(from: number, end: number, depth: number): void {
    for (let i = from; i < end;) {
      const token = this.#tokens[i];
      const begins = token?.kind === 'string' || token?.text === '[' || token?.text === '(';
      const { value, next } = begins ? this.#expressions.read(i) : { value: undefined, next: i };
      if (value !== undefined) this.#write(value);
      i = Math.max(next, i + 1);
      this.#scanSkipped(depth);
    }
  }

  /** What lists and calls hold that is no word. */
  #scanSkipped(depth: number): void {
    const skipped = this.#expressions.skipped.splice(0);
    if (depth >= DEEPEST) return;
    for (const inner of skipped) this.#scan(inner.from, inner.next, depth + 1);
  }

  #write(value: Value): void {
    if (!isOfInterest(this.#source, value)) return;
    writeValue(this.#source, value, this.writer, (name) => this.#find(name.trim()));
  }
}

const DEEPEST = 20;
const ADDING: ReadonlySet<string> = new Set(['append', 'extend', 'add_args']);
const CONDITIONAL: ReadonlySet<string> = new Set([
  'if',
  'elif',
  'else',
  'for',
  'while',
  'try',
  'except',
  'match',
  'case',
]);
const KEYWORDS: ReadonlySet<string> = new Set([...CONDITIONAL, 'def', 'async', 'class', 'with', 'finally']);
