import { readCommandLines } from '../command-lines.ts';
import type { Use } from '../derived-text.ts';
import type { LaunchFile } from '../launch-file.ts';
import type { LineIndex } from '../line-index.ts';
import type { Problem } from '../problem.ts';
import { unterminatedQuote } from '../unterminated.ts';
import { readMakeLines, type MakeFault, type MakeLine, type Stretch } from './make-lines.ts';
import { ShellWriter } from './shell-writer.ts';

/**
 * The machines that the recipes of a Makefile start. Variables are put in as make does it, with the value that they
 * have in the end, if nothing conditional sets them; options in a variable that no recipe uses, or
 * that are added under a condition, are a fragment.
 */
export function readMakefile(text: string, lines: LineIndex): Pick<LaunchFile, 'machines' | 'problems'> {
  const { lines: makeLines, faults } = readMakeLines(text);
  const writer = new MakeWriter(text, variablesOf(makeLines));
  for (const line of makeLines) {
    if (line.kind === 'recipe') writer.command(line.text, []);
  }
  writer.leftovers();
  const derived = writer.shell.build(lines);
  const machines = readCommandLines(derived.text, derived.lines);
  if (machines.length === 0) return { machines, problems: [] };
  return { machines, problems: [...faults.map((fault) => refused(fault, lines)), ...writer.problems(lines)] };
}

function refused({ message, start, end }: MakeFault, lines: LineIndex): Problem {
  return { code: 'bad-makefile', severity: 'error', message, range: lines.range(start, end) };
}

interface Variable {
  readonly values: Stretch[];
  isCertain: boolean;
  /** What is added under a condition, or for one target. */
  readonly perhaps: Stretch[];
}

function variablesOf(lines: readonly MakeLine[]): Map<string, Variable> {
  const variables = new Map<string, Variable>();
  for (const line of lines) {
    if (line.kind !== 'assignment') continue;
    const known = variables.get(line.name);
    const isCertain = line.isCertain && (known?.isCertain ?? true);
    if (known === undefined) variables.set(line.name, { values: [line.text], isCertain, perhaps: [] });
    else if (line.operator === '+=' && !line.isCertain) known.perhaps.push(line.text);
    else {
      known.isCertain = isCertain;
      // `?=` leaves a variable alone that has a value.
      if (line.operator === '+=') known.values.push(line.text);
      else if (line.operator !== '?=') known.values.splice(0, known.values.length, line.text);
    }
  }
  return variables;
}

class MakeWriter {
  readonly shell: ShellWriter;
  readonly #text: string;
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #used = new Set<string>();
  readonly #unclosed = new Set<number>();
  /** Where a name of several letters stands behind a dollar sign, without brackets. */
  readonly #cutNames = new Map<number, string>();
  /** The quotation mark that is open where the writer is, as the shell will see it. */
  #quote = '';

  constructor(text: string, variables: ReadonlyMap<string, Variable>) {
    this.#text = text;
    this.#variables = variables;
    this.shell = new ShellWriter(text);
  }

  command(stretch: Stretch, uses: readonly Use[]): void {
    this.#quote = '';
    this.#expand(stretch, uses, true);
    this.shell.endLine(stretch.end);
  }

  /** Variables with options that no recipe and no other variable mentions. */
  leftovers(): void {
    for (const [name, { values, isCertain, perhaps }] of this.#variables) {
      if (!this.#used.has(name) && isCertain) this.#fragment(values);
      for (const value of perhaps) this.#fragment([value]);
    }
  }

  #fragment(values: readonly Stretch[]): void {
    if (!values.some(({ start, end }) => this.#text.slice(start, end).includes('-device'))) return;
    this.#quote = '';
    this.#values(values, []);
    this.shell.endLine(values.at(-1)?.end ?? 0);
  }

  problems(lines: LineIndex): Problem[] {
    return [...this.#unclosedReferences(lines), ...this.#cutReferences(lines)];
  }

  /** References that nothing closes: make stops there ("unterminated variable reference"). */
  #unclosedReferences(lines: LineIndex): Problem[] {
    return [...this.#unclosed].map((at) => {
      const opener = this.#text.slice(at, at + 2);
      const closer = opener === '$(' ? ')' : '}';
      return unterminatedQuote(opener, closer, 'the rest of the line is not known', at, lines);
    });
  }

  #cutReferences(lines: LineIndex): Problem[] {
    return [...this.#cutNames].map(([at, name]) => ({
      code: 'cut-reference',
      severity: 'warning',
      message: `make takes this for $(${name.slice(0, 1)}) and '${name.slice(1)}'; expected $(${name})`,
      range: lines.range(at, at + 1 + name.length),
    }));
  }

  #values(values: readonly Stretch[], uses: readonly Use[]): void {
    values.forEach((value, i) => {
      if (i > 0) this.shell.insert(' ', value.start, value.start, uses);
      this.#expand(value, uses, false);
    });
  }

  #expand({ start, end }: Stretch, uses: readonly Use[], isRecipe: boolean): void {
    const text = this.#text;
    let begin = start;
    let i = start;
    while (i < end && !this.shell.isExhausted) {
      const isContinued = !isRecipe && text[i] === '\\' && (text[i + 1] === '\n' || text[i + 1] === '\r');
      if (text[i] !== '$' && !isContinued) {
        this.#noteQuote(text[i]!);
        i += 1;
        continue;
      }
      this.shell.script(begin, i, uses);
      const next = isContinued ? behindLineEnd(text, i + 1) : this.#reference(i, end, uses);
      if (isContinued) this.shell.insert(' ', i, next, uses);
      i = Math.max(next, i + 1);
      begin = i;
    }
    this.shell.script(begin, Math.max(begin, end), uses);
  }

  #noteQuote(c: string): void {
    if (c === this.#quote) this.#quote = '';
    else if (this.#quote === '' && (c === "'" || c === '"')) this.#quote = c;
  }

  /** Writes what the `$` at `at` stands for; returns the offset behind it. */
  #reference(at: number, limit: number, uses: readonly Use[]): number {
    const text = this.#text;
    const next = text[at + 1] ?? '';
    if (next === '$') {
      this.shell.insert('$', at, at + 2, uses);
      return at + 2;
    }
    if (next !== '(' && next !== '{') {
      const name = /^\w+/.exec(text.slice(at + 1, Math.min(limit, at + 1 + LONGEST_NAME)))?.[0] ?? '';
      if (name.length > 1 && this.#variables.has(name)) this.#cutNames.set(at, name);
      this.shell.unknown(next, at, at + 2, uses, this.#quote === "'");
      return at + 2;
    }
    const end = endOfBrackets(text, at + 1, limit);
    if (end === undefined) {
      this.#unclosed.add(at);
      this.shell.unknown(text.slice(at + 2, at + 2 + LONGEST_NAME), at, limit, uses, this.#quote === "'");
      return limit;
    }
    const name = text.slice(at + 2, end - 1);
    const variable = name.length <= LONGEST_NAME ? this.#variables.get(name) : undefined;
    this.#used.add(name.slice(0, LONGEST_NAME));
    const isLoop = uses.some((use) => text.slice(use.start + 2, use.end - 1) === name);
    if (variable?.isCertain !== true || isLoop || uses.length >= DEEPEST) {
      this.shell.unknown(name, at, end, uses, this.#quote === "'");
    } else {
      this.#values(variable.values, [...uses, { start: at, end }]);
      if (variable.perhaps.length > 0) {
        this.shell.insert(' ', at, end, uses);
        this.shell.unknown(name, at, end, uses, this.#quote === "'");
      }
    }
    return end;
  }
}

/** The offset behind the bracket that closes the one at `open`; undefined if nothing closes it before `limit`. */
function endOfBrackets(text: string, open: number, limit: number): number | undefined {
  const closer = text[open] === '(' ? ')' : '}';
  let depth = 0;
  for (let i = open; i < limit; i++) {
    if (text[i] === text[open]) depth += 1;
    else if (text[i] === closer) {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return undefined;
}

function behindLineEnd(text: string, at: number): number {
  return text.startsWith('\r\n', at) ? at + 2 : at + 1;
}

const LONGEST_NAME = 100;
const DEEPEST = 16;
