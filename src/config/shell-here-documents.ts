import { endOfLine, lineEndingLength } from './line-ends.ts';

/** The offset behind the delimiter's line; undefined if there is no such line. A leading tab means `<<-`. */
export function endOfHereDocument(text: string, from: number, delimiter: string): number | undefined {
  const dropTabs = delimiter.startsWith('\t');
  const wanted = dropTabs ? delimiter.slice(1) : delimiter;
  for (let start = from; start < text.length;) {
    const end = endOfLine(text, start, text.length);
    let begin = start;
    while (dropTabs && text[begin] === '\t') begin += 1;
    if (end - begin === wanted.length && text.startsWith(wanted, begin)) {
      return end + lineEndingLength(text, end);
    }
    start = end + lineEndingLength(text, end);
  }
  return undefined;
}

/** The word behind a `<<` that ends at `from`, without its quotes, and where it ends; undefined for none. */
export function delimiterAt(
  text: string,
  from: number,
): { readonly text: string; readonly end: number } | undefined {
  DELIMITER.lastIndex = from;
  const match = DELIMITER.exec(text);
  const word = match?.[1]?.replace(/["'\\]/g, '');
  return match && word ? { text: word, end: from + match[0].length } : undefined;
}

const DELIMITER = /[ \t]*([^ \t\n\r;&|<>()]{1,200})/y;
