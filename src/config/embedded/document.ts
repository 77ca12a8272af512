import { DerivedTextBuilder, type DerivedText } from '../derived-text.ts';
import type { LaunchFormat } from '../launch-file.ts';
import type { LineIndex } from '../line-index.ts';
import { linesOf, type CodeBlock } from './code-blocks.ts';

/** The code of a document: one text for all commands, and one for each block of another format. */
export function codeOf(
  text: string,
  blocks: readonly CodeBlock[],
  lines: LineIndex,
): { readonly format: LaunchFormat; readonly code: DerivedText }[] {
  const commands = new DerivedTextBuilder(text);
  const found: { format: LaunchFormat; code: DerivedText }[] = [];
  for (const block of blocks) {
    if (block.format === null) continue;
    if (block.format === 'qemu-command-line') {
      copyBlock(text, block, commands);
      continue;
    }
    const code = new DerivedTextBuilder(text);
    copyBlock(text, block, code);
    found.push({ format: block.format, code: code.build(lines) });
  }
  return [{ format: 'qemu-command-line', code: commands.build(lines) }, ...found];
}

/** Copies the lines without what the document puts before them: indentation, quote signs, prompts. */
function copyBlock(text: string, { start, end, indent, format }: CodeBlock, out: DerivedTextBuilder): void {
  const block = text.slice(start, end);
  for (const line of linesOf(block)) {
    let from = start + line.start;
    const to = start + line.end;
    for (let i = 0; i < indent && from < to && ' \t>'.includes(text[from]!); i++) from += 1;
    if (format === 'qemu-command-line') {
      from += promptLength(text.slice(from, Math.min(to, from + LONGEST_PROMPT)));
      copyCommand(text, from, to, out);
    } else out.copy(from, to);
    out.insert('\n', to, start + line.next);
  }
  // A backslash at the end of a block must not join it with the next one.
  out.insert('\n', end);
}

/** `|qemu_system|`, as QEMU's own documents write the program, is not known here. */
function copyCommand(text: string, from: number, to: number, out: DerivedTextBuilder): void {
  const command = text.slice(from, to);
  let begin = 0;
  for (const match of command.matchAll(/\|([a-z]\w{0,40})\|/g)) {
    out.copy(from + begin, from + match.index);
    const name = match[1] ?? '';
    out.insert(`\${${name}}`, from + match.index, from + match.index + match[0].length);
    begin = match.index + match[0].length;
  }
  out.copy(from + begin, to);
}

const LONGEST_PROMPT = 120;

/** The length of a prompt at the beginning of a line; a `#` is one only before what could start QEMU. */
function promptLength(head: string): number {
  const match = /^\s*(?:\[?[\w.-]+@[\w.-]+[^#$%\n]{0,60}?\]?[#$%]|[$%>])\s+/.exec(head);
  if (match !== null) return match[0].length;
  return /^\s*#\s+(?=(?:\S*\/)?(?:qemu|sudo|kvm|env|numactl|taskset))/.exec(head)?.[0].length ?? 0;
}
