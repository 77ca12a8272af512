import { formatOfLanguage, linesOf, type CodeBlock } from './code-blocks.ts';

/** The code blocks of a Markdown text: fenced ones, in lists and quotes too, and indented ones. */
export function findMarkdownBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let fence:
    | { readonly mark: string; readonly language: string; readonly start: number; readonly indent: number }
    | undefined;
  let indented: { start: number; end: number } | undefined;
  let wasBlank = true;
  const closeIndented = (): void => {
    if (indented !== undefined) blocks.push({ format: 'qemu-command-line', ...indented, indent: 4 });
    indented = undefined;
  };
  for (const { start, end, next } of linesOf(text)) {
    const head = text.slice(start, Math.min(end, start + LONGEST_HEAD));
    if (fence !== undefined) {
      if (isClosing(head, fence.mark)) {
        blocks.push({
          format: formatOfLanguage(fence.language),
          start: fence.start,
          end: start,
          indent: fence.indent,
        });
        fence = undefined;
        wasBlank = true;
      }
      continue;
    }
    const opening = FENCE.exec(head);
    if (opening !== null) {
      closeIndented();
      const [, indent = '', mark = '', language = ''] = opening;
      fence = { mark, language, start: next, indent: indent.length };
      continue;
    }
    const isBlank = head.trim() === '';
    if (/^(?: {4}|\t)/.test(head) && !isBlank && (indented !== undefined || wasBlank)) {
      indented = { start: indented?.start ?? start, end: next };
    } else if (!isBlank) closeIndented();
    wasBlank = isBlank;
  }
  closeIndented();
  if (fence !== undefined) {
    blocks.push({
      format: formatOfLanguage(fence.language),
      start: fence.start,
      end: text.length,
      indent: fence.indent,
    });
  }
  return blocks;
}

/** Quote signs and list indentation before it, its mark, and the language. */
const FENCE = /^([ \t>]*)(`{3,}|~{3,})[ \t]*\{?[ .]*([\w+-]*)/;
const LONGEST_HEAD = 200;

function isClosing(head: string, mark: string): boolean {
  const line = head.replace(/^[ \t>]*/, '').trimEnd();
  return line.length >= mark.length && line.startsWith(mark) && /^[`~]+$/.test(line);
}
