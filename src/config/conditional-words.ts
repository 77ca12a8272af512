import type { LineIndex } from './line-index.ts';
import type { Problem } from './problem.ts';
import type { Stretch } from './shell-commands.ts';
import { partOf, type Run, type Word } from './word.ts';

/** Options that decide about the whole machine: one that may not be given must not decide. */
const DECIDING: ReadonlySet<string> = new Set(['M', 'machine', 'accel', 'cpu', 'smp', 'global', 'set']);

/**
 * The words of options that an assignment in a branch adds, marked with it: devices and what belongs to them as they
 * are, the values of options that decide about the machine as not known. Null for words that are no options.
 */
export function onlyPerhaps(words: readonly Word[], at: Stretch): Word[] | null {
  const maybe = { start: at.start, end: at.end };
  const found: Word[] = [];
  if (words[0]?.text.startsWith('-') !== true) return words.length === 0 ? [] : null;
  let isDeciding = false;
  for (const word of words) {
    const name = word.text.replace(/^--?/, '');
    if (name === 'enable-kvm') {
      found.push(replaced(word, '-accel', true, maybe), replaced(word, 'kvm', false, maybe));
      continue;
    }
    found.push({ ...word, maybe, runs: isDeciding ? unknownRuns(word) : word.runs });
    isDeciding = word.text.startsWith('-') && DECIDING.has(name);
  }
  return found;
}

/** The names of properties stay known, so that the reader finds each; their values do not. */
function unknownRuns(word: Word): Word['runs'] {
  const runs: Run[] = [];
  for (const { 0: part, index } of word.text.matchAll(/[^,=]+|[,=]/g)) {
    const isName = part === ',' || part === '=' || word.text[index + part.length] === '=';
    for (const run of partOf(word, index, index + part.length).runs) {
      runs.push({ ...run, at: run.at + index, known: isName && run.known });
    }
  }
  return runs;
}

function replaced({ start, end }: Word, text: string, known: boolean, maybe: Stretch): Word {
  const run = {
    at: 0,
    length: text.length,
    source: start,
    sourceLength: end - start,
    verbatim: false,
    known,
  };
  return { text, runs: [run], start, end, maybe };
}

/** Says once for each assignment whose options may not be given that they are shown as if they were. */
export function conditionalProblems(words: readonly Word[], lines: LineIndex): Problem[] {
  const assignments = new Set(words.flatMap(({ maybe }) => maybe ?? []));
  return [...assignments].map(({ start, end }) => ({
    code: 'conditional-options',
    severity: 'information',
    message:
      'these options are added in a branch, loop or list only; their devices are shown as if they were given once',
    range: lines.range(start, end),
  }));
}
