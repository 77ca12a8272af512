/** A stretch of a word's text and where it comes from. */
export interface Run {
  /** First index in the word's text. */
  readonly at: number;
  readonly length: number;
  /** First offset in the file. */
  readonly source: number;
  readonly sourceLength: number;
  /** Whether text and file agree letter by letter; otherwise the run as a whole comes from its source. */
  readonly verbatim: boolean;
  /** False for `$NAME` and the like whose value nobody knows; the text is then the source itself. */
  readonly known: boolean;
}

/** A word of a command line as the program gets it, with the origin of every letter; an attribute of XML is one, too. */
export interface Word {
  readonly text: string;
  /** In order of `at`, without gaps. */
  readonly runs: readonly Run[];
  /** The whole word in the file, quotes included. */
  readonly start: number;
  readonly end: number;
  /**
   * The variable that the word comes from, as the command names it; `start` and `end` are then in its assignment.
   * All words of one use have the same object.
   */
  readonly use?: { readonly start: number; readonly end: number };
  /** The assignment that gives the word, if it stands in a branch or loop. All words of one have the same object. */
  readonly maybe?: { readonly start: number; readonly end: number };
}

/** The place in the file of the text from index `from` to `to` of a word. */
export function sourceOffsets(word: Word, from: number, to: number): { start: number; end: number } {
  if (word.runs.length === 0) return { start: word.start, end: word.end };
  const first = runAt(word, from);
  const start = first.verbatim ? first.source + Math.min(from - first.at, first.length) : first.source;
  if (to <= from) return { start, end: start };
  const last = runAt(word, to - 1);
  const end = last.verbatim ? last.source + (to - last.at) : last.source + last.sourceLength;
  return { start, end: Math.max(start, end) };
}

/** Whether every letter from index `from` to `to` of a word is certain. */
export function isKnown(word: Word, from: number, to: number): boolean {
  if (to <= from) return true;
  for (let i = runIndexAt(word, from); i < word.runs.length; i++) {
    const run = word.runs[i] as Run;
    if (run.at >= to) break;
    if (!run.known) return false;
  }
  return true;
}

/** The part of a word from index `from` to `to`, as a word of its own. */
export function partOf(word: Word, from: number, to: number): Word {
  const runs: Run[] = [];
  for (let i = runIndexAt(word, from); i < word.runs.length; i++) {
    const run = word.runs[i] as Run;
    if (run.at >= to) break;
    const skipped = Math.max(0, from - run.at);
    const length = Math.min(run.length, to - run.at) - skipped;
    runs.push({
      at: run.at + skipped - from,
      length,
      source: run.verbatim ? run.source + skipped : run.source,
      sourceLength: run.verbatim ? length : run.sourceLength,
      verbatim: run.verbatim,
      known: run.known,
    });
  }
  return { text: word.text.slice(from, to), runs, ...sourceOffsets(word, from, to) };
}

/** The words that the shell makes of an unquoted variable with this value, which a command names at `use`. */
export function splitAtBlanks(value: Word, use: NonNullable<Word['use']>): Word[] {
  const words: Word[] = [];
  const text = value.text;
  let i = 0;
  while (i < text.length) {
    const start = i;
    while (i < text.length && !isBlank(text[i] as string)) i += 1;
    if (i > start) words.push({ ...partOf(value, start, i), use });
    i += 1;
  }
  return words;
}

/** Both words as one, as `NAME+=` makes it. */
export function joinWords(first: Word, second: Word): Word {
  const moved = second.runs.map((run) => ({ ...run, at: run.at + first.text.length }));
  return {
    text: first.text + second.text,
    runs: [...first.runs, ...moved],
    start: first.start,
    end: second.end,
  };
}

/** Whether the shell splits an unquoted variable with this value. */
export function hasBlank(text: string): boolean {
  return /[ \t\n\r]/.test(text);
}

function isBlank(c: string): boolean {
  return c === ' ' || c === '\t' || c === '\n' || c === '\r';
}

function runAt(word: Word, index: number): Run {
  return word.runs[runIndexAt(word, index)] as Run;
}

function runIndexAt(word: Word, index: number): number {
  let low = 0;
  let high = word.runs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((word.runs[middle] as Run).at <= index) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
