import type { Stretch, XmlAttribute, XmlProblem } from './xml-element.ts';

/** A start tag, as it was read. */
export interface StartTag {
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  /** Whether `/>` ends it. */
  readonly isEmpty: boolean;
  readonly at: Stretch;
}

/**
 * Reads the start tag whose `<` stands at `start`. One that is never closed ends before the next `<`, so that what
 * stands behind it is understood. Takes time linear in its length.
 */
export function readStartTag(text: string, start: number, problems: XmlProblem[]): StartTag {
  let i = endOfName(text, start + 1);
  const name = text.slice(start + 1, i);
  const attributes: XmlAttribute[] = [];
  for (;;) {
    i = behindBlanks(text, i);
    const c = text[i];
    if (c === '>') return { name, attributes, isEmpty: false, at: { start, end: i + 1 } };
    if (c === '/' && text[i + 1] === '>')
      return { name, attributes, isEmpty: true, at: { start, end: i + 2 } };
    if (c === undefined || c === '<') {
      const message = `nothing closes the tag <${name}; expected > or /> behind its attributes`;
      problems.push({ message, at: { start, end: start + 1 + name.length } });
      return { name, attributes, isEmpty: false, at: { start, end: i } };
    }
    const end = endOfName(text, i);
    if (end === i) {
      i = skipStrange(text, i, name, problems);
      continue;
    }
    i = readAttribute(text, { start: i, end }, attributes, problems);
  }
}

/** Returns the offset behind the attribute whose name stands at `nameAt`. */
function readAttribute(
  text: string,
  nameAt: Stretch,
  attributes: XmlAttribute[],
  problems: XmlProblem[],
): number {
  const name = text.slice(nameAt.start, nameAt.end);
  if (attributes.length < MOST_COMPARED && attributes.some((other) => other.name === name)) {
    problems.push({ message: `the attribute ${name} stands twice in its tag; expected one`, at: nameAt });
  }
  const equals = behindBlanks(text, nameAt.end);
  if (text[equals] !== '=') {
    problems.push({ message: `the attribute ${name} has no value; expected ${name}='…'`, at: nameAt });
    return nameAt.end;
  }
  const open = behindBlanks(text, equals + 1);
  const quote = text[open];
  if (quote !== '"' && quote !== "'") {
    const end = endOfBareValue(text, open);
    const message = `the value of ${name} stands in no quotation marks; expected ${name}='…'`;
    problems.push({ message, at: { start: nameAt.start, end: Math.max(end, equals + 1) } });
    attributes.push(attribute(text, nameAt, { start: open, end }));
    return end;
  }
  const end = endOfValue(text, open + 1, quote);
  if (text[end] !== quote) {
    const message = `nothing closes the value of ${name}; expected ${quote} behind it`;
    problems.push({ message, at: { start: open, end: open + 1 } });
  }
  attributes.push(attribute(text, nameAt, { start: open + 1, end }));
  return text[end] === quote ? end + 1 : end;
}

/** More than any tag has. */
const MOST_COMPARED = 100;

function attribute(text: string, nameAt: Stretch, valueAt: Stretch): XmlAttribute {
  const name = text.slice(nameAt.start, nameAt.end);
  return { name, raw: text.slice(valueAt.start, valueAt.end), nameAt, valueAt };
}

/** XML allows no `<` in a value, so a forgotten quotation mark costs no more than the tag. */
function endOfValue(text: string, from: number, quote: string): number {
  let i = from;
  while (i < text.length && text[i] !== quote && text[i] !== '<') i += 1;
  return i;
}

function endOfBareValue(text: string, from: number): number {
  let i = from;
  while (i < text.length && !' \t\r\n<>\'"'.includes(text[i]!) && !text.startsWith('/>', i)) i += 1;
  return i;
}

function skipStrange(text: string, from: number, tag: string, problems: XmlProblem[]): number {
  let i = from + 1;
  while (i < text.length && !' \t\r\n<>/'.includes(text[i]!)) i += 1;
  const message = `this makes no sense in the tag <${tag}; expected name='value', > or />`;
  problems.push({ message, at: { start: from, end: i } });
  return i;
}

function behindBlanks(text: string, from: number): number {
  let i = from;
  while (text[i] === ' ' || text[i] === '\n' || text[i] === '\t' || text[i] === '\r') i += 1;
  return i;
}

/** The end of the name that begins at `from`; `from` itself if none does. */
export function endOfName(text: string, from: number): number {
  let i = from;
  while (i < text.length && isNameLetter(text.charCodeAt(i))) i += 1;
  return i;
}

function isNameLetter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 58) || // digits and the colon of a prefix
    code === 45 ||
    code === 46 ||
    code === 95 ||
    code >= 128
  );
}
