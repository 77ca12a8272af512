import type { DerivedText } from './derived-text.ts';
import type { VmDescription } from './launch-file.ts';
import { readVm } from './read-vm.ts';
import { findCommands } from './shell-commands.ts';
import { expandWord } from './shell-expansion.ts';
import { lexShell } from './shell-lexer.ts';
import type { Word } from './word.ts';

/** The words that a shell makes of a text that is all one command; what a variable holds is not known. */
export function wordsOf(text: string): Word[] {
  return findCommands(text, lexShell(text).tokens).flatMap((command) =>
    command.words().flatMap(({ start, end }) => expandWord(text, start, end, () => undefined)),
  );
}

/** The fragment of a machine that options make; null if they only make QEMU print something. */
export function readCommand({ text, lines }: DerivedText): VmDescription | null {
  return readVm({ program: null, words: wordsOf(text), start: 0, end: text.length }, lines, []);
}
