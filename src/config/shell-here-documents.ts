import { endOfLine } from './shell-quotes.ts';

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

/** How many letters the line ending at `at` has: none at the end of the text. */
export function lineEndingLength(text: string, at: number): number {
  if (at >= text.length) return 0;
  return text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1;
}
