import { valueOf } from '../catalog/command-options.ts';
import type { Problem } from './problem.ts';
import type { Word } from './word.ts';

/** What is wrong with a word of a command line. */
export type ArgumentFault = Pick<Problem, 'code' | 'message'>;

/** What is wrong with a word that is neither an option nor the value of one. */
export function faultOfArgument({ text }: Word, previous: Word | undefined): ArgumentFault | undefined {
  const name = /^[\u2010-\u2015\u2212]{1,2}([a-z][\w-]*)/.exec(text)?.[1];
  if (name !== undefined) {
    const message = `QEMU takes this for a disk image, since its dash is no hyphen; expected -${name}`;
    return { code: 'wrong-dash', message };
  }
  if (previous?.text.endsWith(',') !== true || !text.includes('=')) return undefined;
  const message =
    'the list before ends with a comma, but a blank makes this a word of its own, which QEMU takes for a ' +
    'disk image; remove the blanks before it';
  return { code: 'split-list', message };
}

/** What is wrong with the value of an option by its first letter: quotation marks of a text processor. */
export function faultOfValue({ text }: Word): ArgumentFault | undefined {
  const mark = /^[\u2018-\u201f\u00ab\u00bb]/.exec(text)?.[0];
  if (mark === undefined) return undefined;
  const plain = mark >= '\u201c' || mark < '\u2018' ? '"' : "'";
  return { code: 'wrong-quote', message: `the shell takes ${mark} for a letter; expected ${plain}` };
}

/** Whether the word behind an option, which QEMU would take for its value, is the next option. */
export function isOption({ text }: Word): boolean {
  return /^--?[a-z]/.test(text) && valueOf(text.replace(/^--?/, '')) !== 'unknown';
}
