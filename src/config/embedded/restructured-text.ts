import { formatOfLanguage, linesOf, type CodeBlock } from './code-blocks.ts';

/** The literal blocks of a reStructuredText: those behind `::`, and those of `code-block` and its like. */
export function findRestBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  /** A paragraph or directive that announces a block. */
  let announced: { readonly indent: number; readonly language: string } | undefined;
  let open: { start: number; end: number; readonly indent: number; readonly language: string } | undefined;
  const close = (): void => {
    if (open === undefined) return;
    const { start, end, indent, language } = open;
    blocks.push({ format: formatOfLanguage(language), start, end, indent });
    open = undefined;
  };
  for (const { start, end, next } of linesOf(text)) {
    const head = text.slice(start, Math.min(end, start + LONGEST_HEAD));
    if (head.trim() === '') continue;
    const indent = head.length - head.trimStart().length;
    if (open !== undefined && indent >= open.indent) {
      open.end = next;
      continue;
    }
    close();
    const isOption = announced !== undefined && /^\s*:[\w-]+:/.test(head);
    if (announced !== undefined && indent > announced.indent && !isOption) {
      open = { start, end: next, indent, language: announced.language };
      announced = undefined;
      continue;
    }
    if (isOption) continue;
    const directive = DIRECTIVE.exec(head);
    if (directive !== null) announced = { indent, language: directive[1] ?? '' };
    else if (text.startsWith('::', end - 2)) announced = { indent, language: '' };
    else announced = undefined;
  }
  close();
  return blocks;
}

const DIRECTIVE = /^\s*\.\. (?:code-block|sourcecode|code|parsed-literal|highlight)::[ \t]*([\w+-]*)/;
const LONGEST_HEAD = 300;
