import { formatOf } from './format-of.ts';
import type { LaunchFormat } from './launch-file.ts';
import { mayStartQemu } from './may-start-qemu.ts';

/**
 * What a text is read as that a script gives a command to read: by what it holds, and by the names of programs and files
 * in `head`, the line that begins with the command. Null if it is no launch file. Commands count only where somebody can
 * run them: a usage message that is printed holds examples.
 */
export function formatOfInput(text: string, head: string): LaunchFormat | null {
  if (!mayStartQemu(text) || IS_COMMENT.test(head)) return null;
  const fileName = FILES.map((one) => one.exec(head)?.[1]).find((name) => name !== undefined) ?? '';
  const format = formatOf(text, fileName === '' && PYTHON.test(head) ? 'input.py' : fileName);
  if (DOCUMENTS.has(format)) return null;
  const isRun = fileName !== '' || RUNS_OR_WRITES.test(head) || text.startsWith('#!');
  return format === 'qemu-command-line' && !isRun ? null : format;
}

/** Documents that scripts write are about launch files, and none themselves. */
const DOCUMENTS: ReadonlySet<LaunchFormat> = new Set(['markdown', 'restructuredtext']);
/** `: <<'END'`, by which lines are left out of a script. */
const IS_COMMENT = /^(?::|true)\s/;
/** The file that a line writes, but not where messages go. */
const FILES: readonly RegExp[] = [
  /(?:^|[^\d&<>])1?(?:>>?\|?|&>>?)\s*(?!&|["']?\/dev\/|[<>])["']?([^\s"'`;|&<>()]+)/,
  /(?:^|[\s|/])tee\s+(?:-\S+\s+)*["']?([^\s"'`;|&<>()]+)/,
  /(?:^|\s)of=["']?([^\s"'`;|&<>()]+)/,
];
const PYTHON = /(?:^|[\s/])python[\d.]*(?=\s)/;
/** Programs that run what they read, or write it to a file. */
const RUNS_OR_WRITES =
  /(?:^|[\s|/;&("'])(?:(?:ba|da|a|k|mk|z)?sh|ssh|tee|dd|install|sponge|at|batch)(?=[\s;|&<>)"']|$)/;
