/** What a reserved word of the shell does where a command could begin. */
export interface ReservedWord {
  /** How it changes the depth of branches, loops and functions. */
  readonly deeper: number;
  /** Whether the words behind it belong to it and are no command. */
  readonly hasWords: boolean;
}

/** Undefined for every other word. */
export function reservedWord(word: string): ReservedWord | undefined {
  return word.length > LONGEST_RESERVED ? undefined : RESERVED.get(word);
}

const RESERVED: ReadonlyMap<string, ReservedWord> = new Map<string, ReservedWord>([
  ...['if', 'while', 'until', '{'].map((word) => [word, { deeper: 1, hasWords: false }] as const),
  ...['for', 'case', 'select'].map((word) => [word, { deeper: 1, hasWords: true }] as const),
  ...['fi', 'done', 'esac', '}'].map((word) => [word, { deeper: -1, hasWords: false }] as const),
  ...['then', 'else', 'elif', 'do', '!', 'time'].map(
    (word) => [word, { deeper: 0, hasWords: false }] as const,
  ),
]);
const LONGEST_RESERVED = 6;
