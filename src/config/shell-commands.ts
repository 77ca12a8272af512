import { OpenBlocks } from './shell-blocks.ts';
import { COMMENT, CONTINUATION, NEWLINE, OPERATOR, WORD, type Tokens } from './shell-tokens.ts';

/** A stretch of a script, by its offsets. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** A simple command of a script: what stands between two separators. */
export interface ShellCommand {
  /** Its first word; reserved words before it are left out. */
  readonly first: Stretch;
  /** The first word as written, or the empty string if that is longer than any name of interest. */
  readonly name: string;
  /** All its words in order, redirections left out. */
  words(): readonly Stretch[];
  /** Whether it certainly runs, once, before what follows: not in a branch, loop, function, pipe or `&&` list. */
  readonly unconditional: boolean;
  /** The function that it is in, the innermost one, by a number of its own; 0 outside of any. */
  readonly scope: number;
  /** The same as `unconditional`, each time that its function runs. */
  readonly runsInScope: boolean;
  /** Something that ends the command where the author hardly meant it to end. */
  readonly trap: { readonly kind: 'comment' | 'blank-after-backslash'; readonly at: Stretch } | null;
}

/** The simple commands of a script, in order. */
export function findCommands(text: string, tokens: Tokens): ShellCommand[] {
  const finder = new CommandFinder(text, tokens);
  const { count } = tokens;
  for (let i = 0; i < count; i++) finder.take(i);
  finder.finish(null);
  return finder.commands;
}

/** Most commands are never looked at again, so their words stay numbers of tokens until somebody asks. */
class FoundCommand implements ShellCommand {
  readonly name: string;
  readonly scope: number;
  readonly runsInScope: boolean;
  readonly trap: ShellCommand['trap'];
  readonly #tokens: Tokens;
  readonly #words: readonly number[];

  constructor(
    tokens: Tokens,
    words: readonly number[],
    name: string,
    scope: number,
    runsInScope: boolean,
    trap: ShellCommand['trap'],
  ) {
    this.#tokens = tokens;
    this.#words = words;
    this.name = name;
    this.scope = scope;
    this.runsInScope = runsInScope;
    this.trap = trap;
  }

  get unconditional(): boolean {
    return this.scope === 0 && this.runsInScope;
  }

  get first(): Stretch {
    return stretchOf(this.#tokens, this.#words[0]!);
  }

  words(): readonly Stretch[] {
    return this.#words.map((token) => stretchOf(this.#tokens, token));
  }
}

class CommandFinder {
  readonly commands: ShellCommand[] = [];
  readonly #text: string;
  readonly #tokens: Tokens;
  #words: number[] = [];
  #name = '';
  readonly #blocks = new OpenBlocks();
  #brackets = 0;
  /** Whether the command stands behind `&&`, `||` or `|`. */
  #chained = false;
  #redirected = false;
  #continued = false;

  constructor(text: string, tokens: Tokens) {
    this.#text = text;
    this.#tokens = tokens;
  }

  take(token: number): void {
    switch (this.#tokens.kind(token)) {
      case WORD:
        this.#word(token);
        break;
      case OPERATOR:
        this.#operator(token);
        break;
      case NEWLINE:
        this.finish(null);
        break;
      case CONTINUATION:
        this.#continued = true;
        break;
      case COMMENT:
        if (this.#continued) this.finish(stretchOf(this.#tokens, token));
    }
  }

  #word(token: number): void {
    this.#continued = false;
    if (this.#redirected) {
      this.#redirected = false;
      return;
    }
    if (this.#words.length === 0) {
      const start = this.#tokens.start(token);
      const end = this.#tokens.end(token);
      this.#name = end - start > LONGEST_NAME ? '' : this.#text.slice(start, end);
      if (this.#isReserved(this.#name)) return;
    }
    this.#words.push(token);
  }

  /** Notes a reserved word; false if it begins the words of a command. */
  #isReserved(word: string): boolean {
    if (word.length > LONGEST_RESERVED) return false;
    const reserved = RESERVED.get(word);
    if (reserved === undefined) return false;
    if (reserved.deeper > 0) this.#blocks.open(word === '{', this.#brackets);
    else if (reserved.deeper < 0) this.#blocks.close();
    return !reserved.hasWords;
  }

  #operator(token: number): void {
    const start = this.#tokens.start(token);
    const first = this.#text[start]!;
    const isSingle = this.#tokens.end(token) === start + 1;
    if (first === '<' || first === '>' || (!isSingle && REDIRECTIONS.has(this.#operatorText(token)))) {
      const last = this.#words.at(-1);
      if (last === token - 1 && isNumber(this.#text, stretchOf(this.#tokens, last))) this.#words.pop();
      this.#redirected = true;
      return;
    }
    if (first === '(') {
      this.#brackets += 1;
      if (this.#isFunctionHead(token)) this.#blocks.announceFunction();
    }
    const isPipe = first === '|' && (isSingle || this.#text[start + 1] === '&');
    if (isPipe) this.#chained = true;
    this.finish(null);
    if (first === ')') this.#brackets = Math.max(0, this.#brackets - 1);
    this.#chained = isPipe || (!isSingle && CHAINS.has(this.#operatorText(token)));
  }

  #operatorText(token: number): string {
    return this.#text.slice(this.#tokens.start(token), this.#tokens.end(token));
  }

  /** Ends the command; `comment` is the comment that stands where a line was to be continued. */
  finish(comment: Stretch | null): void {
    if (this.#words.length > 0) this.#add(comment);
    this.#chained = false;
    this.#redirected = false;
    this.#continued = false;
  }

  #add(comment: Stretch | null): void {
    const last = stretchOf(this.#tokens, this.#words.at(-1)!);
    let trap: ShellCommand['trap'] = comment === null ? null : { kind: 'comment', at: comment };
    if (isEscapedBlank(this.#text, last)) {
      this.#words.pop();
      trap = { kind: 'blank-after-backslash', at: last };
      if (this.#words.length === 0) return;
    }
    if (this.#opensFunction(last)) {
      this.#blocks.announceFunction();
      this.#blocks.open(true, this.#brackets);
    }
    const { scope, isBranch, brackets } = this.#blocks.innermost;
    const runsInScope = !isBranch && this.#brackets === brackets && !this.#chained;
    this.commands.push(new FoundCommand(this.#tokens, this.#words, this.#name, scope, runsInScope, trap));
    this.#words = [];
  }

  /** `NAME()` or `function NAME()`: an opening bracket behind a name, with nothing in it. */
  #isFunctionHead(token: number): boolean {
    const isName = this.#words.length === (this.#name === 'function' ? 2 : 1);
    return isName && token + 1 < this.#tokens.count && this.#text[this.#tokens.start(token + 1)] === ')';
  }

  /** `function NAME {`; the brace of `NAME() {` begins a command and is a reserved word. */
  #opensFunction(last: Stretch): boolean {
    return this.#name === 'function' && this.#words.length === 3 && this.#text[last.start] === '{';
  }
}

function stretchOf(tokens: Tokens, token: number): Stretch {
  return { start: tokens.start(token), end: tokens.end(token) };
}

interface ReservedWord {
  /** How it changes the depth of branches, loops and functions. */
  readonly deeper: number;
  /** Whether the words behind it belong to it and are no command. */
  readonly hasWords: boolean;
}

const RESERVED: ReadonlyMap<string, ReservedWord> = new Map<string, ReservedWord>([
  ...['if', 'while', 'until', '{'].map((word) => [word, { deeper: 1, hasWords: false }] as const),
  ...['for', 'case', 'select'].map((word) => [word, { deeper: 1, hasWords: true }] as const),
  ...['fi', 'done', 'esac', '}'].map((word) => [word, { deeper: -1, hasWords: false }] as const),
  ...['then', 'else', 'elif', 'do', '!', 'time'].map(
    (word) => [word, { deeper: 0, hasWords: false }] as const,
  ),
]);
const REDIRECTIONS: ReadonlySet<string> = new Set(['&>', '&>>']);
const CHAINS: ReadonlySet<string> = new Set(['&&', '||']);
const LONGEST_RESERVED = 6;
/** Long enough for every name that anything asks for. */
const LONGEST_NAME = 24;

function isEscapedBlank(text: string, { start, end }: Stretch): boolean {
  return end - start === 2 && text[start] === '\\' && (text[end - 1] === ' ' || text[end - 1] === '\t');
}

function isNumber(text: string, { start, end }: Stretch): boolean {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}
