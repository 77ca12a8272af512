import { compare } from '../../base/text-range.ts';
import { readCommandLines } from '../command-lines.ts';
import type { LaunchFile } from '../launch-file.ts';
import type { LineIndex } from '../line-index.ts';
import type { Problem } from '../problem.ts';
import { unterminatedQuote } from '../unterminated.ts';
import { readNixString } from './nix-strings.ts';
import { ShellWriter } from './shell-writer.ts';
import { isOfInterest, writeValue, type Item, type Value } from './string-values.ts';

/**
 * The machines of a Nix expression: lists of strings with options or a whole command, and scripts in strings. A name
 * is followed into other strings if one binding of the file, and no other, gives it a string.
 */
export function readNix(text: string, lines: LineIndex): Pick<LaunchFile, 'machines' | 'problems'> {
  const reader = new NixReader(text);
  reader.read();
  const derived = reader.written().build(lines);
  const machines = readCommandLines(derived.text, derived.lines);
  const problems = machines.length === 0 ? [] : reader.unclosed(lines);
  return { machines: machines.sort((a, b) => compare(a.range.start, b.range.start)), problems };
}

interface Bracket {
  readonly sign: string;
  readonly from: number;
  /** What stands in it as a word; only lists have such. */
  readonly items: Item[];
}

class NixReader {
  readonly #text: string;
  readonly #open: Bracket[] = [];
  readonly #values: Value[] = [];
  /** The strings that names are bound to; null for a name with several bindings. */
  readonly #bindings = new Map<string, Value | null>();
  /** The name before the `=` that stands before the next value. */
  #bound: string | undefined;
  #name: string | undefined;
  #unclosed: { readonly at: number; readonly quote: string } | undefined;
  readonly #unclosedLists: number[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  read(): void {
    const text = this.#text;
    for (let i = 0; i < text.length;) {
      const c = text[i]!;
      if (c === '#') i = behind(text, '\n', i);
      else if (c === '/' && text[i + 1] === '*') i = behind(text, '*/', i + 2);
      else if (c === '"' || (c === "'" && text[i + 1] === "'")) i = this.#string(i);
      else if (c === '[' || c === '(' || c === '{') {
        this.#open.push({ sign: c, from: i, items: [] });
        i += 1;
      } else if (c === ']' || c === ')' || c === '}') i = this.#close(i);
      else if (c === '=' && text[i + 1] !== '=') {
        this.#bound = this.#name;
        i += 1;
      } else if (isNameStart(c)) i = this.#identifier(i);
      else {
        if (c === ';') this.#endBinding(i);
        i += 1;
      }
    }
    while (this.#open.length > 0) this.#close(text.length);
  }

  /** A string may have several lines, so that one that nothing closes goes on to the end. */
  unclosed(lines: LineIndex): Problem[] {
    const lists = this.#unclosedLists.map((at) =>
      unterminatedQuote('[', ']', 'the list is taken to end before the next ; or bracket', at, lines),
    );
    if (this.#unclosed === undefined) return lists;
    const { at, quote } = this.#unclosed;
    return [
      ...lists,
      unterminatedQuote(quote, quote, 'the string goes on to the end of the file', at, lines),
    ];
  }

  written(): ShellWriter {
    const writer = new ShellWriter(this.#text);
    for (const value of this.#values) {
      if (!isOfInterest(this.#text, value)) continue;
      writeValue(this.#text, value, writer, (name) => this.#bindings.get(name.trim()) ?? undefined);
    }
    return writer;
  }

  #string(from: number): number {
    const { to, parts, isIndented, isClosed } = readNixString(this.#text, from);
    if (!isClosed) {
      // Its words would be whatever stands in the rest of the file.
      this.#unclosed = { at: from, quote: isIndented ? "''" : '"' };
      return to;
    }
    const item: Item = { parts, from, to, uses: [] };
    const value: Value = { kind: 'text', items: [item] };
    const around = this.#open.at(-1);
    if (this.#bound !== undefined) {
      this.#bindings.set(this.#bound, this.#bindings.has(this.#bound) ? null : value);
      this.#bound = undefined;
    }
    if (around?.sign === '[' && !isIndented) around.items.push(item);
    else this.#values.push(value);
    return to;
  }

  #identifier(from: number): number {
    let to = from;
    while (to < this.#text.length && isNameLetter(this.#text[to]!)) to += 1;
    this.#name = this.#text.slice(from, to);
    const around = this.#open.at(-1);
    if (around?.sign === '[') around.items.push(expression(this.#name, from, to));
    else if (this.#bound !== undefined && this.#bound !== this.#name) this.#bound = undefined;
    return to;
  }

  #endBinding(at: number): void {
    this.#endLists(at);
    this.#bound = undefined;
  }

  /** A list ends before a `;`, or a bracket of another kind, at the latest. */
  #endLists(at: number): void {
    for (let list = this.#open.at(-1); list?.sign === '['; list = this.#open.at(-1)) {
      // A string that nothing closes holds the bracket.
      if (this.#unclosed === undefined) this.#unclosedLists.push(list.from);
      this.#end(at);
    }
  }

  #close(at: number): number {
    if (this.#text[at] !== ']') this.#endLists(at);
    this.#end(at + 1);
    return at + 1;
  }

  /** Ends the innermost bracket, whatever it is. */
  #end(to: number): void {
    const bracket = this.#open.pop();
    this.#bound = undefined;
    if (bracket === undefined) return;
    const around = this.#open.at(-1);
    if (bracket.sign === '[') this.#values.push({ kind: 'list', items: bracket.items });
    else if (around?.sign === '[') around.items.push(expression('(…)', bracket.from, to));
  }
}

function expression(name: string, from: number, to: number): Item {
  return { parts: [{ kind: 'expression', name, from, to }], from, to, uses: [] };
}

function behind(text: string, closer: string, from: number): number {
  const at = text.indexOf(closer, from);
  return at < 0 ? text.length : at + closer.length;
}

function isNameStart(c: string): boolean {
  return /[A-Za-z_]/.test(c);
}

function isNameLetter(c: string): boolean {
  return /[\w'.-]/.test(c);
}
