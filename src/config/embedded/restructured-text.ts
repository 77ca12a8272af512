import type { LineIndex } from '../line-index.ts';
import type { Problem } from '../problem.ts';
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

/** Directives that lack a colon, so that they and what stands below them are comments. */
export function restProblems(text: string, lines: LineIndex): Problem[] {
  return [...text.matchAll(ONE_COLON)].slice(0, MOST_PROBLEMS).map((match): Problem => {
    const [whole, directive = ''] = match;
    const start = match.index + whole.length - directive.length;
    const message = `reStructuredText takes this for a comment; expected ${directive}:`;
    const range = lines.range(start, start + directive.length);
    return { code: 'comment-for-directive', severity: 'error', message, range };
  });
}

const ONE_COLON = /^[ \t]*(\.\. (?:code-block|sourcecode|code|parsed-literal):)(?=[ \t\r]|$)/gm;
const MOST_PROBLEMS = 20;
const DIRECTIVE = /^\s*\.\. (?:code-block|sourcecode|code|parsed-literal|highlight)::?[ \t]*([\w+-]*)/;
const LONGEST_HEAD = 300;
