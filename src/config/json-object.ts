import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { Property } from './launch-file.ts';
import type { LineIndex } from './line-index.ts';
import type { Problem } from './problem.ts';
import { isKnown, type Word } from './word.ts';
import { partRange, sourceText } from './source-texts.ts';

/** The members of a JSON object as properties, and what is wrong with the JSON. */
export interface JsonProperties {
  readonly properties: readonly Property[];
  readonly problems: readonly Problem[];
}

/** Whether an option value is in the JSON form that `-device`, `-object`, `-blockdev` and others take. */
export function isJson(word: Word): boolean {
  return word.text.startsWith('{');
}

/** Reads the object; members before a mistake are read in any case. */
export function readJsonObject(word: Word, lines: LineIndex): JsonProperties {
  if (isTooDeep(word.text)) {
    const message = `the JSON has more than ${MOST_OPENERS} brackets; expected one object with plain values`;
    const range = partRange(lines, word, 0, word.text.length);
    return { properties: [], problems: [{ code: 'bad-json', severity: 'error', message, range }] };
  }
  const errors: ParseError[] = [];
  const root = parseTree(word.text, errors, { disallowComments: true, allowTrailingComma: false });
  // What a variable holds may well be JSON; only text that stands there is judged.
  const certain = isKnown(word, 0, word.text.length) ? errors.filter(isFirstThere) : [];
  const problems = certain.slice(0, MOST_ERRORS).map((error): Problem => ({
    code: 'bad-json',
    severity: 'error',
    message: `this is not JSON: ${inWords(error)}`,
    range: partRange(lines, word, error.offset, Math.min(error.offset + error.length, word.text.length)),
  }));
  const members = root?.type === 'object' ? (root.children ?? []) : [];
  return { properties: members.flatMap((member) => readMember(member, word, lines)), problems };
}

/** Behind a comma too many both a name and a value are missed. */
function isFirstThere({ offset }: ParseError, i: number, errors: readonly ParseError[]): boolean {
  return errors[i - 1]?.offset !== offset;
}

function readMember(member: Node, word: Word, lines: LineIndex): Property[] {
  const [key, value] = member.children ?? [];
  if (key === undefined) return [];
  const keyText = { ...nodeText(key, word, lines), text: String(key.value) };
  const range = partRange(lines, word, member.offset, member.offset + member.length);
  const base = { key: keyText, from: 'device', range } as const;
  if (value === undefined) return [{ ...base, value: null, valueType: 'other' }];
  const text = nodeText(value, word, lines);
  switch (value.type) {
    case 'string':
      return [{ ...base, value: { ...text, text: String(value.value) }, valueType: 'string' }];
    case 'number':
    case 'boolean':
      return [{ ...base, value: text, valueType: value.type }];
    default:
      return [{ ...base, value: text, valueType: 'other' }];
  }
}

/** The text of a node; for a string without its quotes. */
function nodeText(node: Node, word: Word, lines: LineIndex) {
  const quote = node.type === 'string' ? 1 : 0;
  const end = node.offset + node.length;
  return sourceText(lines, word, node.offset + quote, Math.max(node.offset + quote, end - quote));
}

/** What is wrong with JSON that stands at `start` in a text. */
export function jsonProblem(error: ParseError, start: number, lines: LineIndex): Problem {
  const from = start + error.offset;
  const message = `this is not JSON: ${inWords(error)}`;
  return { code: 'bad-json', severity: 'error', message, range: lines.range(from, from + error.length) };
}

function inWords(error: ParseError): string {
  const name = printParseErrorCode(error.error);
  const words = name
    .replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
    .toLowerCase();
  const expected = EXPECTED[name];
  return expected === undefined ? words : `${words}; expected ${expected}`;
}

/** What the names of the parser do not say. */
const EXPECTED: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a text in double quotes, a number, true or false',
  UnexpectedEndOfString: '" at its end',
};

/** The parser calls itself for every level; text made to be deep must not exhaust the stack. */
export function isTooDeep(text: string): boolean {
  let openers = 0;
  for (let i = 0; i < text.length && openers <= MOST_OPENERS; i++) {
    if (text[i] === '{' || text[i] === '[') openers += 1;
  }
  return openers > MOST_OPENERS;
}

const MOST_OPENERS = 1_000;
const MOST_ERRORS = 3;
