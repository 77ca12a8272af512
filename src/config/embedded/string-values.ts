import type { Use } from '../derived-text.ts';
import type { ShellWriter } from './shell-writer.ts';

/** A part of a string in a program, by its place in the file. */
export type Part =
  /** Letters as they stand there. */
  | { readonly kind: 'letters'; readonly from: number; readonly to: number }
  /** Letters that an escape stands for. */
  | { readonly kind: 'escaped'; readonly text: string; readonly from: number; readonly to: number }
  /** The value of an expression, whose text is `name`. */
  | { readonly kind: 'expression'; readonly name: string; readonly from: number; readonly to: number };

/** A word of a command line, as a program builds it. */
export interface Item {
  readonly parts: readonly Part[];
  readonly from: number;
  readonly to: number;
  /** The variable that it comes from. */
  readonly uses: readonly Use[];
}

/** What an expression is, as far as it matters: one string, or a list of them. */
export interface Value {
  readonly kind: 'text' | 'list';
  readonly items: readonly Item[];
}

/** Strings by name, for what is put into other strings. */
export type FindText = (name: string) => Value | undefined;

/** Whether a value could have to do with QEMU; most strings of a program have not. */
export function isOfInterest(source: string, { items }: Value): boolean {
  return items.some(({ from, to }) => SIGNS.test(source.slice(from, Math.min(to, from + LONGEST_LOOKED_AT))));
}

const SIGNS = /qemu|kvm|-device|-machine|-netdev|-object|-drive|-cpu|-accel|-M\b/i;
const LONGEST_LOOKED_AT = 20_000;

/** Writes a value as one line: a list as words, a string as the command that it holds. */
export function writeValue(source: string, value: Value, writer: ShellWriter, find: FindText): void {
  for (const item of value.items) {
    if (value.kind === 'text' || isScript(source, item)) writeScript(source, item, writer, find);
    else writeWord(item, writer, find);
  }
  writer.endLine(value.items.at(-1)?.to ?? 0);
}

/** `"-device foo"` is two words for who joins the list with blanks, and nothing of use for anybody else. */
function isScript(source: string, { parts }: Item): boolean {
  const [first] = parts;
  if (first?.kind !== 'letters') return false;
  return /^-{1,2}[a-z][\w-]*[ \t]+\S/i.test(source.slice(first.from, Math.min(first.to, first.from + 80)));
}

function writeWord(item: Item, writer: ShellWriter, find: FindText): void {
  writer.beginWord(item.from, item.uses);
  writeParts(item.parts, item.uses, writer, find, 0);
  writer.endWord(item.to, item.uses);
}

function writeParts(
  parts: readonly Part[],
  uses: readonly Use[],
  writer: ShellWriter,
  find: FindText,
  depth: number,
): void {
  for (const part of parts) {
    if (writer.isExhausted) return;
    if (part.kind === 'letters') writer.letters(part.from, part.to, uses);
    else if (part.kind === 'escaped')
      writer.insert(part.text.replaceAll("'", "'\\''"), part.from, part.to, uses);
    else {
      const value = depth < DEEPEST ? find(part.name) : undefined;
      const [item] = value?.kind === 'text' ? value.items : [];
      if (item === undefined) writer.unknown(part.name, part.from, part.to, uses);
      else writeParts(item.parts, [...uses, { start: part.from, end: part.to }], writer, find, depth + 1);
    }
  }
}

/** Text that a shell gets, in which quotes have their meaning. */
function writeScript(source: string, { parts, uses, to }: Item, writer: ShellWriter, find: FindText): void {
  let isQuoted = false;
  for (const part of parts) {
    if (writer.isExhausted) return;
    if (part.kind === 'letters') {
      isQuoted = quoteBehind(source.slice(part.from, part.to), isQuoted);
      writer.script(part.from, part.to, uses);
    } else if (part.kind === 'escaped') {
      isQuoted = quoteBehind(part.text, isQuoted);
      writer.insert(part.text, part.from, part.to, uses);
    } else {
      const [item] = find(part.name)?.items ?? [];
      const letters = item?.parts.length === 1 ? item.parts[0] : undefined;
      const use = { start: part.from, end: part.to };
      if (letters?.kind === 'letters') writer.script(letters.from, letters.to, [...uses, use]);
      else writer.unknown(part.name, part.from, part.to, uses, isQuoted);
    }
  }
  writer.insert(' ', to, to, uses);
}

/** Whether a single quote is open behind the text. */
function quoteBehind(text: string, isQuoted: boolean): boolean {
  let [isSingle, isDouble] = [isQuoted, false];
  for (const c of text) {
    if (c === "'" && !isDouble) isSingle = !isSingle;
    else if (c === '"' && !isSingle) isDouble = !isDouble;
  }
  return isSingle;
}

const DEEPEST = 8;
