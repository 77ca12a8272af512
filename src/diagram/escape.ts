/**
 * A text that Mermaid's sequence grammar takes literally: `;` and line ends would end the statement, `#` starts an
 * entity. Control characters are dropped; an empty text becomes a space, as a message must have one.
 */
export function escapeText(text: string): string {
  const clean = text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll('#', '#35;')
    .replaceAll(/;(?<!#35;)/g, '#59;')
    .trim();
  // A line that is the bare keyword would close a block.
  if (clean.toLowerCase() === 'end') return `#8203;${clean}`;
  return clean === '' ? '#160;' : clean;
}
