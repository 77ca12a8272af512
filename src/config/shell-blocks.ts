/** What stands around a command of a script: `if`, `for`, `{` and functions. */
interface Block {
  /** The innermost function, by a number of its own; 0 outside of any. */
  readonly scope: number;
  /** Whether a branch or loop stands between the command and its function. */
  readonly isBranch: boolean;
  /** How many brackets were open where the function began. */
  readonly brackets: number;
}

const OUTSIDE: Block = { scope: 0, isBranch: false, brackets: 0 };

/** What is open between two lines of a script. */
export interface OpenState {
  readonly blocks: readonly Block[];
  readonly brackets: number;
  /** How many functions have begun. */
  readonly scopes: number;
  /** Whether a brace that comes next holds a function. */
  readonly isFunction: boolean;
}

/** Where a script begins. */
export const NOTHING_OPEN: OpenState = { blocks: [], brackets: 0, scopes: 0, isFunction: false };

/** Whether what follows is understood in the same way behind both. */
export function isSameState(a: OpenState, b: OpenState): boolean {
  if (a.brackets !== b.brackets || a.scopes !== b.scopes || a.isFunction !== b.isFunction) return false;
  if (a.blocks.length !== b.blocks.length) return false;
  return a.blocks.every(({ scope, isBranch, brackets }, i) => {
    const other = b.blocks[i];
    return other?.scope === scope && other.isBranch === isBranch && other.brackets === brackets;
  });
}

/** The blocks and brackets of a script that are open. */
export class OpenBlocks {
  readonly #blocks: Block[];
  #brackets: number;
  #scopes: number;
  #isFunction: boolean;

  constructor({ blocks, brackets, scopes, isFunction }: OpenState) {
    this.#blocks = [...blocks];
    this.#brackets = brackets;
    this.#scopes = scopes;
    this.#isFunction = isFunction;
  }

  get state(): OpenState {
    const [brackets, scopes, isFunction] = [this.#brackets, this.#scopes, this.#isFunction];
    return { blocks: [...this.#blocks], brackets, scopes, isFunction };
  }

  /** The innermost function, by a number of its own; 0 outside of any. */
  get scope(): number {
    return this.#innermost.scope;
  }

  /** Whether a branch, loop or bracket stands between here and the function. */
  get isBranch(): boolean {
    const { isBranch, brackets } = this.#innermost;
    return isBranch || this.#brackets !== brackets;
  }

  openBracket(): void {
    this.#brackets += 1;
  }

  closeBracket(): void {
    this.#brackets = Math.max(0, this.#brackets - 1);
  }

  /** `NAME()` was read: a brace that comes next holds the function. */
  announceFunction(): void {
    this.#isFunction = true;
  }

  open(isBrace: boolean): void {
    if (isBrace && this.#isFunction) {
      this.#scopes += 1;
      this.#blocks.push({ scope: this.#scopes, isBranch: false, brackets: this.#brackets });
    } else this.#blocks.push({ ...this.#innermost, isBranch: true });
    this.#isFunction = false;
  }

  /** Ends the innermost block, whatever it is: a script that is not right is read on. */
  close(): void {
    this.#blocks.pop();
  }

  get #innermost(): Block {
    return this.#blocks.at(-1) ?? OUTSIDE;
  }
}
