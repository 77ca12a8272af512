import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readXml } from '../../../src/config/xml/read-xml.ts';
import { attributeOf, childOf } from '../../../src/config/xml/xml-element.ts';
import type { Stretch, XmlElement } from '../../../src/config/xml/xml-element.ts';
import { xmlWord } from '../../../src/config/xml/xml-word.ts';

/** The elements as nested lists of names. */
function shape({ name, children }: XmlElement): unknown {
  return children.length === 0 ? name : [name, ...children.map(shape)];
}

function shapes(text: string): unknown[] {
  return readXml(text).roots.map(shape);
}

/** What is complained of, with the text that it points at. */
function complaints(text: string): string[] {
  return readXml(text).problems.map(({ message, at }) => `${text.slice(at.start, at.end)}: ${message}`);
}

describe('reading XML', () => {
  it('reads elements, attributes and texts with their places', () => {
    const text = `<?xml version="1.0"?>\n<!-- <no/> --><disk type='file'>\n <driver name="a &amp; b"/> </disk>`;
    const [disk] = readXml(text).roots;
    const at = ({ start, end }: Stretch): string => text.slice(start, end);
    const name = attributeOf(childOf(disk, 'driver'), 'name');
    expect(disk && at(disk.startTag)).toBe("<disk type='file'>");
    expect(disk && at(disk.whole)).toBe(text.slice(text.indexOf('<disk')));
    expect(name && [at(name.nameAt), at(name.valueAt)]).toEqual(['name', 'a &amp; b']);
    expect(name && xmlWord(text, name.valueAt).text).toBe('a & b');
    expect(readXml(text).problems).toEqual([]);
  });

  it('gives the letters behind an entity their own places', () => {
    const text = `<a b='1&#x3c;2'/>`;
    const value = attributeOf(readXml(text).roots[0], 'b');
    const word = value && xmlWord(text, value.valueAt);
    expect(word?.text).toBe('1<2');
    expect(word?.runs.map(({ source, sourceLength }) => text.slice(source, source + sourceLength))).toEqual([
      '1',
      '&#x3c;',
      '2',
    ]);
  });

  it('leaves what stands in comments and CDATA alone', () => {
    expect(shapes('<a><!-- <b> --><![CDATA[</a><c>]]><d/></a>')).toEqual([['a', 'd']]);
  });

  it('says of each mistake where it is and what was expected, and reads the rest', () => {
    expect(complaints('<a><b></a><c/>')).toEqual(['<b>: nothing closes <b>; expected </b>']);
    expect(shapes('<a><b></a><c/>')).toEqual([['a', 'b'], 'c']);
    expect(complaints('<a></b></a>')).toEqual(['</b>: no <b> is open that </b> could close; expected </a>']);
    expect(complaints("<a b='1><c/></a>")).toEqual([
      "': nothing closes the value of b; expected ' behind it",
      '<a: nothing closes the tag <a; expected > or /> behind its attributes',
    ]);
    expect(shapes("<a b='1><c/></a>")).toEqual([['a', 'c']]);
    expect(complaints('<a b=1 c/>')).toEqual([
      "b=1: the value of b stands in no quotation marks; expected b='…'",
      "c: the attribute c has no value; expected c='…'",
    ]);
    expect(complaints('<a')).toHaveLength(2);
    expect(complaints('<a>< </a>')).toEqual([
      '<: a tag has a name behind <; expected &lt; for the sign itself',
    ]);
    expect(complaints('<a/><!-- x')).toEqual(['<!--: nothing closes this; expected -->']);
  });

  it('survives text that is deeper than a call stack', () => {
    expect(readXml('<a>'.repeat(100_000)).roots).toHaveLength(1);
    expect(readXml('<a>'.repeat(50_000) + '</b></a>'.repeat(50_000)).problems.length).toBeLessThan(30);
  });

  it('never throws, and every place lies inside of its parent', () => {
    const piece = fc.constantFrom(
      '<a',
      '<b>',
      '</a>',
      '</b>',
      '/>',
      '>',
      '<',
      " c='d'",
      '"',
      "'",
      ' e=',
      '<!--',
      '-->',
      '&lt;',
      'x',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        const check = (element: XmlElement, { start, end }: Stretch): void => {
          const { whole, startTag } = element;
          expect(start <= whole.start && whole.end <= end && startTag.end <= whole.end).toBe(true);
          for (const child of element.children) check(child, whole);
        };
        for (const root of readXml(text).roots) check(root, { start: 0, end: text.length });
      }),
      { numRuns: 500 },
    );
  });
});
