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

/** The blocks of a script that are open. */
export class OpenBlocks {
  readonly #blocks: Block[] = [];
  #scopes = 0;
  #isFunction = false;

  get innermost(): Block {
    return this.#blocks.at(-1) ?? OUTSIDE;
  }

  /** `NAME()` was read: a brace that comes next holds the function. */
  announceFunction(): void {
    this.#isFunction = true;
  }

  open(isBrace: boolean, brackets: number): void {
    if (isBrace && this.#isFunction) {
      this.#scopes += 1;
      this.#blocks.push({ scope: this.#scopes, isBranch: false, brackets });
    } else this.#blocks.push({ ...this.innermost, isBranch: true });
    this.#isFunction = false;
  }

  /** Ends the innermost block, whatever it is: a script that is not right is read on. */
  close(): void {
    this.#blocks.pop();
  }
}
