import { nearestName } from '../../base/nearest-name.ts';
import type { Stretch, XmlAttribute, XmlContent, XmlElement, XmlProblem } from './xml-element.ts';
import { endOfName, readStartTag } from './xml-tag.ts';

/** The elements of a text, and what is wrong with it. */
export interface XmlText {
  /** More than one in fragments. */
  readonly roots: readonly XmlElement[];
  readonly problems: readonly XmlProblem[];
}

/**
 * Reads XML as an editor must: everything that can be understood, with its place, however broken the rest, in linear
 * time. A parser for correct XML would stop at the first mistake, which is where somebody is typing. Elements deeper
 * than `DEEPEST` are left out. Never throws.
 */
export function readXml(text: string): XmlText {
  return new XmlReader(text).read();
}

/** No domain of libvirt has half as many levels; deeper text must not exhaust the stack of who walks the tree. */
const DEEPEST = 64;
const MOST_PROBLEMS = 20;

interface OpenElement {
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: XmlElement[];
  readonly startTag: Stretch;
  text: XmlContent | null;
}

class XmlReader {
  readonly #text: string;
  readonly #roots: XmlElement[] = [];
  readonly #problems: XmlProblem[] = [];
  readonly #open: OpenElement[] = [];
  /** How many elements of a name are open: an end tag for none of them must not cost a search. */
  readonly #openNames = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  read(): XmlText {
    const text = this.#text;
    let i = 0;
    while (i < text.length) {
      const tag = text.indexOf('<', i);
      this.#characters(i, tag < 0 ? text.length : tag);
      if (tag < 0) break;
      i = this.#markup(tag);
    }
    while (this.#open.length > 0) this.#close(text.length, true);
    return { roots: this.#roots, problems: this.#problems.slice(0, MOST_PROBLEMS) };
  }

  /** Reads what begins with the `<` at `start`; returns the offset behind it. */
  #markup(start: number): number {
    const text = this.#text;
    if (text.startsWith('<!--', start)) return this.#until('-->', start, 4);
    if (text.startsWith('<![CDATA[', start)) return this.#until(']]>', start, 9);
    if (text[start + 1] === '?') return this.#until('?>', start, 2);
    if (text[start + 1] === '!') return this.#until('>', start, 2);
    if (text[start + 1] === '/') return this.#endTag(start);
    if (endOfName(text, start + 1) === start + 1) {
      this.#problem('a tag has a name behind <; expected &lt; for the sign itself', start, start + 1);
      return start + 1;
    }
    const tag = readStartTag(text, start, this.#problems);
    this.#open.push({
      name: tag.name,
      attributes: tag.attributes,
      children: [],
      startTag: tag.at,
      text: null,
    });
    this.#count(tag.name, 1);
    if (tag.isEmpty) this.#close(tag.at.end, false);
    return tag.at.end;
  }

  #until(closer: string, start: number, length: number): number {
    const end = this.#text.indexOf(closer, start + length);
    if (end >= 0) return end + closer.length;
    this.#problem(`nothing closes this; expected ${closer}`, start, start + length);
    return this.#text.length;
  }

  #endTag(start: number): number {
    const nameEnd = endOfName(this.#text, start + 2);
    const name = this.#text.slice(start + 2, nameEnd);
    let end = nameEnd;
    while (end < this.#text.length && this.#text[end] !== '>' && this.#text[end] !== '<') end += 1;
    if (this.#text[end] === '>') end += 1;
    else this.#problem(`nothing closes the end tag </${name}; expected >`, start, nameEnd);
    const innermost = this.#open.at(-1);
    if ((this.#openNames.get(name) ?? 0) === 0) {
      const expected = innermost === undefined ? 'no end tag here' : `</${innermost.name}>`;
      this.#problem(`no <${name}> is open that </${name}> could close; expected ${expected}`, start, end);
      // A slip of the pen in the end tag must not put what follows inside of the element.
      const isMeant = innermost !== undefined && name.length > 2 && this.#problems.length < MOST_PROBLEMS;
      if (isMeant && nearestName(name, [innermost.name]) !== undefined) this.#close(end, false);
      return end;
    }
    while (this.#open.at(-1)?.name !== name) this.#close(start, true);
    this.#close(end, false);
    return end;
  }

  #close(end: number, isMissing: boolean): void {
    const element = this.#open.pop();
    if (element === undefined) return;
    const { name, attributes, children, text, startTag } = element;
    this.#count(name, -1);
    if (isMissing) {
      this.#problem(`nothing closes <${name}>; expected </${name}>`, startTag.start, startTag.end);
    }
    if (this.#open.length >= DEEPEST) return;
    const siblings = this.#open.at(-1)?.children ?? this.#roots;
    siblings.push({ name, attributes, children, text, startTag, whole: { start: startTag.start, end } });
  }

  #characters(from: number, to: number): void {
    const parent = this.#open.at(-1);
    if (parent?.text !== null || parent.children.length > 0) return;
    let [start, end] = [from, to];
    while (start < end && isBlank(this.#text[start]!)) start += 1;
    while (end > start && isBlank(this.#text[end - 1]!)) end -= 1;
    if (end > start) parent.text = { start, end, raw: this.#text.slice(start, end) };
  }

  #count(name: string, change: number): void {
    this.#openNames.set(name, (this.#openNames.get(name) ?? 0) + change);
  }

  #problem(message: string, start: number, end: number): void {
    this.#problems.push({ message, at: { start, end } });
  }
}

function isBlank(c: string): boolean {
  return c === ' ' || c === '\n' || c === '\t' || c === '\r';
}
