import type { Use } from '../derived-text.ts';
import type { PythonToken } from './python-tokens.ts';
import type { Item, Part, Value } from './string-values.ts';

/** What stands between brackets. */
export interface Sequence {
  readonly items: readonly Item[];
  /** The index behind the closing bracket. */
  readonly next: number;
  /** The value of the only expression there, if there is one without a comma. */
  readonly only: Value | undefined;
}

/** Tokens from one index to before another. */
interface Stretch {
  readonly from: number;
  readonly next: number;
}

/** What a name holds where it is used; undefined if that is not known. */
export type LookUp = (name: string) => Value | undefined;

/** Reads expressions of strings and lists out of the tokens of a program. */
export class PythonExpressions {
  /** Stretches of tokens inside of lists and calls that were not understood, and may hold lists of their own. */
  readonly skipped: Stretch[] = [];
  readonly #source: string;
  readonly #tokens: readonly PythonToken[];
  readonly #lookUp: LookUp;
  /** For the index of each opening bracket that of the one that closes it. */
  readonly #closers: ReadonlyMap<number, number>;
  /** Lists that are built out of each other must not grow without end. */
  #budget: number;

  constructor(source: string, tokens: readonly PythonToken[], lookUp: LookUp) {
    this.#source = source;
    this.#tokens = tokens;
    this.#closers = closersOf(tokens);
    this.#lookUp = lookUp;
    this.#budget = 4 * tokens.length + 10_000;
  }

  /** `TERM + TERM …` from index `from` on; `next` is the index behind it. */
  read(from: number, depth = 0): { readonly value: Value | undefined; readonly next: number } {
    let { value, next } = this.#term(from, depth);
    while (this.#isSign(next, '+') && value !== undefined) {
      const other = this.#term(next + 1, depth);
      if (other.next === next + 1) break;
      value = this.#joined(value, other.value, this.#unknown(next + 1, other.next));
      next = other.next;
    }
    return { value, next };
  }

  /** The items of a call or list, whose opening bracket stands at `open`. */
  items(open: number, depth = 0): Sequence {
    const items: Item[] = [];
    let only: Value | undefined;
    let inOnly: readonly Stretch[] = [];
    let count = 0;
    let i = open + 1;
    while (i < this.#tokens.length && !this.#isCloser(i)) {
      const start = i;
      const known = this.skipped.length;
      const isSplat = this.#isSign(i, '*');
      const { value, next } = this.read(isSplat ? i + 1 : i, depth + 1);
      i = this.#endOfItem(Math.max(next, start));
      const isWhole = i === next && value !== undefined;
      if (!isWhole || (value.kind === 'list' && !isSplat)) {
        // Whoever reads this stretch again finds what was skipped in it: once is enough.
        inOnly = this.skipped.splice(known);
        this.skipped.push({ from: start, next: i });
      }
      const found = isWhole && (value.kind === 'text' || isSplat) ? value.items : [this.#unknown(start, i)];
      this.#budget -= found.length;
      if (this.#budget > 0) for (const item of found) items.push(item);
      count += 1;
      only = isWhole && count === 1 && !isSplat && !this.#isSign(i, ',') ? value : undefined;
      if (this.#isSign(i, ',')) i += 1;
    }
    // Whoever reads a list alone in brackets gets it as the value of the brackets.
    if (only?.kind === 'list') {
      this.skipped.pop();
      for (const stretch of inOnly) this.skipped.push(stretch);
    }
    return { items, next: i + 1, only };
  }

  #term(from: number, depth: number): { value: Value | undefined; next: number } {
    const token = this.#tokens[from];
    if (token === undefined || depth > DEEPEST) return { value: undefined, next: from };
    if (token.kind === 'string') return this.#strings(from);
    if (token.kind === 'name') return this.#name(from);
    if (this.#isSign(from, '[')) {
      const { items, next } = this.items(from, depth);
      return this.#suffixed({ kind: 'list', items }, next, from);
    }
    if (this.#isSign(from, '(')) {
      const { items, next, only } = this.items(from, depth);
      return this.#suffixed(only ?? { kind: 'list', items }, next, from);
    }
    return { value: undefined, next: from };
  }

  /** Strings beside each other are one. */
  #strings(from: number): { value: Value | undefined; next: number } {
    let next = from;
    const parts: Part[] = [];
    while (this.#tokens[next]?.kind === 'string') {
      for (const part of this.#tokens[next]?.parts ?? []) parts.push(part);
      next += 1;
    }
    const [first, last] = [this.#tokens[from], this.#tokens[next - 1]];
    const item = { parts, from: first?.from ?? 0, to: last?.to ?? 0, uses: [] };
    return this.#suffixed({ kind: 'text', items: [item] }, next, from);
  }

  /** `.format(…)`, `% …` and other methods: what they make of a string is not known, but `split` and `strip` are. */
  #suffixed(
    value: Value | undefined,
    next: number,
    from: number,
  ): { value: Value | undefined; next: number } {
    if (this.#isSign(next, '.') && this.#isSign(next + 2, '(')) {
      const method = this.#tokens[next + 1]?.text ?? '';
      if (method === 'join') {
        const list = this.read(next + 3);
        return { value: list.value, next: this.#behind(next + 2) };
      }
      const end = this.#behind(next + 2);
      if (HARMLESS.has(method)) return this.#suffixed(value, end, from);
      return { value: method === 'format' ? value && this.#withHoles(value) : undefined, next: end };
    }
    if (!this.#isSign(next, '%') || value?.kind !== 'text') return { value, next };
    const isTuple = this.#isSign(next + 1, '(');
    return {
      value: this.#withHoles(value),
      next: isTuple ? this.#behind(next + 1) : this.#term(next + 1, 0).next,
    };
  }

  #withHoles({ kind, items }: Value): Value {
    const cut = (item: Item): Item => {
      return { ...item, parts: item.parts.flatMap((part) => withHoles(this.#source, part)) };
    };
    return { kind, items: items.map(cut) };
  }

  /** `a.b.c`, called or not. */
  #name(from: number): { value: Value | undefined; next: number } {
    let next = from + 1;
    while (this.#isSign(next, '.') && this.#tokens[next + 1]?.kind === 'name') next += 2;
    const [first, last] = [this.#tokens[from], this.#tokens[next - 1]];
    const start = first?.from ?? 0;
    if (!this.#isSign(next, '(') && !this.#isSign(next, '[')) {
      const use = { start, end: last?.to ?? start };
      const value = this.#lookUp(this.nameAt(from, next));
      return { value: value && this.#used(value, use), next };
    }
    while (this.#isSign(next, '(') || this.#isSign(next, '[')) next = this.#behind(next);
    return { value: { kind: 'text', items: [this.#unknown(from, next)] }, next };
  }

  /** The dotted name from token `from` to before `next`. */
  nameAt(from: number, next: number): string {
    return this.#tokens
      .slice(from, next)
      .map(({ text }) => text)
      .join('');
  }

  #used({ kind, items }: Value, use: Use): Value {
    this.#budget -= items.length;
    if (this.#budget <= 0) return { kind, items: [] };
    return { kind, items: items.map((item) => ({ ...item, uses: [use, ...item.uses] })) };
  }

  /** A string added to a string makes it longer, all else adds words. */
  #joined(first: Value, second: Value | undefined, unknown: Item): Value {
    const { kind } = first;
    const added = second ?? { kind, items: [unknown] };
    this.#budget -= first.items.length + added.items.length;
    if (this.#budget <= 0) return first;
    return {
      kind: kind === 'list' || added.kind === 'list' ? 'list' : 'text',
      items: [...first.items, ...added.items],
    };
  }

  #unknown(from: number, next: number): Item {
    const [first, last] = [this.#tokens[from], this.#tokens[Math.max(from, next - 1)]];
    const [start, end] = [first?.from ?? 0, last?.to ?? first?.to ?? 0];
    const name = this.nameAt(from, Math.min(next, from + LONGEST_NAME));
    return { parts: [{ kind: 'expression', name, from: start, to: end }], from: start, to: end, uses: [] };
  }

  /** The comma or closing bracket that ends the item which goes on at `from`. */
  #endOfItem(from: number): number {
    let i = from;
    while (i < this.#tokens.length && !this.#isSign(i, ',') && !this.#isCloser(i)) {
      i = this.#isOpener(i) ? this.#behind(i) : i + 1;
    }
    return i;
  }

  /** Behind the bracket that closes the one at `open`. */
  #behind(open: number): number {
    return (this.#closers.get(open) ?? this.#tokens.length - 1) + 1;
  }

  #isSign(index: number, text: string): boolean {
    const token = this.#tokens[index];
    return token?.kind === 'sign' && token.text === text;
  }

  #isOpener(index: number): boolean {
    return this.#isSign(index, '(') || this.#isSign(index, '[') || this.#isSign(index, '{');
  }

  #isCloser(index: number): boolean {
    return this.#isSign(index, ')') || this.#isSign(index, ']') || this.#isSign(index, '}');
  }
}

const DEEPEST = 20;
const LONGEST_NAME = 8;
const HARMLESS: ReadonlySet<string> = new Set(['split', 'strip', 'rstrip', 'lstrip', 'copy', 'encode']);

function closersOf(tokens: readonly PythonToken[]): Map<number, number> {
  const closers = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach(({ kind, text }, index) => {
    if (kind !== 'sign') return;
    if (text === '(' || text === '[' || text === '{') open.push(index);
    else if (text === ')' || text === ']' || text === '}') {
      const opener = open.pop();
      if (opener !== undefined) closers.set(opener, index);
    }
  });
  return closers;
}

/** A letter part cut at the places where `format` or `%` put something in. */
function withHoles(source: string, part: Part): Part[] {
  if (part.kind !== 'letters') return [part];
  const parts: Part[] = [];
  let begin = part.from;
  for (const match of source.slice(part.from, part.to).matchAll(/%[-\d.]*[a-z]|%\(\w+\)[a-z]|\{[^{}]*\}/g)) {
    const at = part.from + match.index;
    if (at > begin) parts.push({ kind: 'letters', from: begin, to: at });
    begin = at + match[0].length;
    parts.push({ kind: 'expression', name: match[0], from: at, to: begin });
  }
  if (part.to > begin) parts.push({ kind: 'letters', from: begin, to: part.to });
  return parts;
}
