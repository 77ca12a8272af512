/** What stands around a command of a script: `if`, `for`, `{` and functions. */
interface Block {
  /** The innermost function, by a number of its own; 0 outside of any. */
  readonly scope: number;
  /** The name of that function. */
  readonly name: string;
  /** Whether a branch or loop stands between the command and its function. */
  readonly isBranch: boolean;
  /** How many brackets were open where the function began. */
  readonly brackets: number;
}

const OUTSIDE: Block = { scope: 0, name: '', isBranch: false, brackets: 0 };

/** What is open between two lines of a script. */
export interface OpenState {
  readonly blocks: readonly Block[];
  readonly brackets: number;
  /** How many functions have begun. */
  readonly scopes: number;
  /** The name of the function that a brace that comes next holds; null if it holds none. */
  readonly announced: string | null;
}

/** Where a script begins. */
export const NOTHING_OPEN: OpenState = { blocks: [], brackets: 0, scopes: 0, announced: null };

/** Whether what follows is understood in the same way behind both. */
export function isSameState(a: OpenState, b: OpenState): boolean {
  if (a.brackets !== b.brackets || a.scopes !== b.scopes || a.announced !== b.announced) return false;
  if (a.blocks.length !== b.blocks.length) return false;
  return a.blocks.every(({ scope, name, isBranch, brackets }, i) => {
    const other = b.blocks[i];
    return (
      other?.scope === scope &&
      other.name === name &&
      other.isBranch === isBranch &&
      other.brackets === brackets
    );
  });
}

/** The blocks and brackets of a script that are open. */
export class OpenBlocks {
  readonly #blocks: Block[];
  #brackets: number;
  #scopes: number;
  #announced: string | null;

  constructor({ blocks, brackets, scopes, announced }: OpenState) {
    this.#blocks = [...blocks];
    this.#brackets = brackets;
    this.#scopes = scopes;
    this.#announced = announced;
  }

  get state(): OpenState {
    const [brackets, scopes, announced] = [this.#brackets, this.#scopes, this.#announced];
    return { blocks: [...this.#blocks], brackets, scopes, announced };
  }

  /** The innermost function, by a number of its own; 0 outside of any. */
  get scope(): number {
    return this.#innermost.scope;
  }

  /** The name of the innermost function; empty outside of any. */
  get functionName(): string {
    return this.#innermost.name;
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
  announceFunction(name: string): void {
    this.#announced = name;
  }

  open(isBrace: boolean): void {
    if (isBrace && this.#announced !== null) {
      this.#scopes += 1;
      this.#blocks.push({
        scope: this.#scopes,
        name: this.#announced,
        isBranch: false,
        brackets: this.#brackets,
      });
    } else this.#blocks.push({ ...this.#innermost, isBranch: true });
    this.#announced = null;
  }

  /** Ends the innermost block, whatever it is: a script that is not right is read on. */
  close(): void {
    this.#blocks.pop();
  }

  get #innermost(): Block {
    return this.#blocks.at(-1) ?? OUTSIDE;
  }
}
