/** The offset of the first line ending at or behind `from`, or `limit`. */
export function endOfLine(text: string, from: number, limit: number): number {
  for (let i = from; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || code === 13) return i;
  }
  return limit;
}

/** How many letters the line ending at `at` has: none at the end of the text. */
export function lineEndingLength(text: string, at: number): number {
  if (at >= text.length) return 0;
  return text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1;
}
