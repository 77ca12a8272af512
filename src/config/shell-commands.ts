import { detached } from '../base/detached.ts';
import { NOTHING_OPEN, OpenBlocks, type OpenState } from './shell-blocks.ts';
import { inputsWithin } from './inputs-within.ts';
import { AwaitedInput, type CommandInput } from './shell-input.ts';
import { reservedWord } from './shell-reserved-words.ts';
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
  /** The function that it is in, the innermost one, by a number of its own; 0 outside of any. */
  readonly scope: number;
  /** The name of that function; empty outside of any. */
  readonly functionName: string;
  /** Whether it certainly runs, once, each time that its function does: not in a branch, loop, pipe or `&&` list. */
  readonly runsInScope: boolean;
  /** Whether the other one is this one in another version of the script, letter for letter. */
  isSame(other: ShellCommand): boolean;
  /** Something that ends the command where the author hardly meant it to end. */
  readonly trap: { readonly kind: 'comment' | 'blank-after-backslash'; readonly at: Stretch } | null;
  /** What it is given to read by `<<` and `<<<`, in order. */
  input(): readonly CommandInput[];
}

/** A command of a piece of a script, wherever the piece stands. */
export interface MovableCommand extends ShellCommand {
  /** The same command where its piece begins at `start`. */
  movedTo(start: number): ShellCommand;
}

/** The simple commands of a script, in order. */
export function findCommands(text: string, tokens: Tokens): ShellCommand[] {
  return findCommandsOfPiece(text, tokens, 0, NOTHING_OPEN).commands;
}

/** Those of a piece that begins at `start`, where `before` is open, and what is open behind it. */
export function findCommandsOfPiece(
  text: string,
  tokens: Tokens,
  start: number,
  before: OpenState,
): { readonly commands: MovableCommand[]; readonly after: OpenState } {
  const finder = new CommandFinder(text, tokens, start, before);
  const { count } = tokens;
  for (let i = 0; i < count; i++) finder.take(i);
  finder.finish(null);
  return { commands: finder.commands, after: finder.state };
}

/** What of a command is the same wherever its piece stands; offsets count from where that begins. */
interface FoundWords {
  readonly tokens: Tokens;
  readonly words: readonly number[];
  readonly name: string;
  readonly scope: number;
  readonly functionName: string;
  readonly runsInScope: boolean;
  readonly trap: ShellCommand['trap'];
  readonly input: readonly CommandInput[];
}

/** Most commands are never looked at again, so their words stay numbers of tokens until somebody asks. */
class FoundCommand implements MovableCommand {
  readonly name: string;
  readonly scope: number;
  readonly functionName: string;
  readonly runsInScope: boolean;
  readonly #found: FoundWords;
  readonly #start: number;

  constructor(found: FoundWords, start: number) {
    this.name = found.name;
    this.scope = found.scope;
    this.functionName = found.functionName;
    this.runsInScope = found.runsInScope;
    this.#found = found;
    this.#start = start;
  }

  get first(): Stretch {
    return this.#stretchOf(this.#found.words[0]!);
  }

  get trap(): ShellCommand['trap'] {
    const { trap } = this.#found;
    return trap && { kind: trap.kind, at: moved(trap.at, this.#start) };
  }

  words(): readonly Stretch[] {
    return this.#found.words.map((token) => this.#stretchOf(token));
  }

  input(): readonly CommandInput[] {
    return this.#found.input.map((one) => ({ ...one, ...moved(one, this.#start) }));
  }

  /** A command is found once for all versions that keep its piece. */
  isSame(other: ShellCommand): boolean {
    return other instanceof FoundCommand && other.#found === this.#found;
  }

  movedTo(start: number): ShellCommand {
    return start === this.#start ? this : new FoundCommand(this.#found, start);
  }

  #stretchOf(token: number): Stretch {
    return moved(stretchOf(this.#found.tokens, token), this.#start);
  }
}

class CommandFinder {
  readonly commands: MovableCommand[] = [];
  readonly #text: string;
  readonly #tokens: Tokens;
  /** Where the piece begins that the tokens are of. */
  readonly #start: number;
  #words: number[] = [];
  #name = '';
  readonly #blocks: OpenBlocks;
  /** Whether the command stands behind `&&`, `||` or `|`. */
  #chained = false;
  #redirected = false;
  #continued = false;
  readonly #input: AwaitedInput;

  constructor(text: string, tokens: Tokens, start: number, before: OpenState) {
    this.#text = text;
    this.#tokens = tokens;
    this.#start = start;
    this.#blocks = new OpenBlocks(before);
    this.#input = new AwaitedInput(text, tokens, start);
  }

  get state(): OpenState {
    return this.#blocks.state;
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
        this.#input.endLine(token);
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
      this.#input.take(token);
      return;
    }
    if (this.#words.length === 0) {
      const { start, end } = this.#stretchOf(token);
      this.#name = end - start > LONGEST_NAME ? '' : this.#text.slice(start, end);
      if (this.#isReserved(this.#name)) return;
    }
    this.#words.push(token);
    this.#input.add(inputsWithin(this.#text, this.#start, this.#tokens, token));
  }

  /** Notes a reserved word; false if it begins the words of a command. */
  #isReserved(word: string): boolean {
    const reserved = reservedWord(word);
    if (reserved === undefined) return false;
    if (reserved.deeper > 0) this.#blocks.open(word === '{');
    else if (reserved.deeper < 0) this.#blocks.close();
    return !reserved.hasWords;
  }

  #operator(token: number): void {
    const { start, end } = this.#stretchOf(token);
    const first = this.#text[start]!;
    const isSingle = end === start + 1;
    if (first === '<' || first === '>' || (!isSingle && REDIRECTIONS.has(this.#operatorText(token)))) {
      const last = this.#words.at(-1);
      if (last === token - 1 && isNumber(this.#text, this.#stretchOf(last))) this.#words.pop();
      this.#redirected = true;
      this.#input.open(token);
      return;
    }
    if (first === '(') {
      this.#blocks.openBracket();
      if (this.#isFunctionHead(token)) this.#blocks.announceFunction(this.#functionName());
    }
    const isPipe = first === '|' && (isSingle || this.#text[start + 1] === '&');
    if (isPipe) this.#chained = true;
    this.finish(null);
    if (first === ')') this.#blocks.closeBracket();
    this.#chained = isPipe || (!isSingle && CHAINS.has(this.#operatorText(token)));
  }

  #operatorText(token: number): string {
    const { start, end } = this.#stretchOf(token);
    return this.#text.slice(start, end);
  }

  /** Ends the command; `comment` is the comment that stands where a line was to be continued. */
  finish(comment: Stretch | null): void {
    if (this.#words.length > 0) this.#add(comment);
    this.#input.endCommand();
    this.#chained = false;
    this.#redirected = false;
    this.#continued = false;
  }

  #add(comment: Stretch | null): void {
    const token = this.#words.at(-1)!;
    const last = this.#stretchOf(token);
    let trap: ShellCommand['trap'] = comment === null ? null : { kind: 'comment', at: comment };
    if (isEscapedBlank(this.#text, last)) {
      this.#words.pop();
      trap = { kind: 'blank-after-backslash', at: stretchOf(this.#tokens, token) };
      if (this.#words.length === 0) return;
    }
    if (this.#opensFunction(last)) {
      this.#blocks.announceFunction(this.#functionName());
      this.#blocks.open(true);
    }
    const found: FoundWords = {
      tokens: this.#tokens,
      words: this.#words,
      name: detached(this.#name),
      scope: this.#blocks.scope,
      functionName: this.#blocks.functionName,
      runsInScope: !this.#blocks.isBranch && !this.#chained,
      trap,
      input: this.#input.ofCommand,
    };
    this.commands.push(new FoundCommand(found, this.#start));
    this.#words = [];
  }

  /** The name in the head of a function, with or without `function` before it. */
  #functionName(): string {
    const [first, second] = this.#words;
    const token = this.#name === 'function' ? second : first;
    if (token === undefined) return '';
    const { start, end } = this.#stretchOf(token);
    return detached(this.#text.slice(start, Math.min(end, start + LONGEST_NAME)));
  }

  /** `NAME()` or `function NAME()`: an opening bracket behind a name, with nothing in it. */
  #isFunctionHead(token: number): boolean {
    const isName = this.#words.length === (this.#name === 'function' ? 2 : 1);
    return isName && token + 1 < this.#tokens.count && this.#text[this.#stretchOf(token + 1).start] === ')';
  }

  /** `function NAME {`; the brace of `NAME() {` begins a command and is a reserved word. */
  #opensFunction(last: Stretch): boolean {
    return this.#name === 'function' && this.#words.length === 3 && this.#text[last.start] === '{';
  }

  #stretchOf(token: number): Stretch {
    return moved(stretchOf(this.#tokens, token), this.#start);
  }
}

function moved({ start, end }: Stretch, by: number): Stretch {
  return { start: start + by, end: end + by };
}

function stretchOf(tokens: Tokens, token: number): Stretch {
  return { start: tokens.start(token), end: tokens.end(token) };
}

const REDIRECTIONS: ReadonlySet<string> = new Set(['&>', '&>>']);
const CHAINS: ReadonlySet<string> = new Set(['&&', '||']);
/** Long enough for every name that anything asks for. */
const LONGEST_NAME = 24;

function isEscapedBlank(text: string, { start, end }: Stretch): boolean {
  return end - start === 2 && text[start] === '\\' && (text[end - 1] === ' ' || text[end - 1] === '\t');
}

function isNumber(text: string, { start, end }: Stretch): boolean {
  return /^\d+$/.test(text.slice(start, end));
}
