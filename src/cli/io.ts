import type { Result } from '../base/result.ts';

/** What a command needs from the world outside; tests bring their own. */
export interface CliIo {
  /** The program's own. */
  readonly version: string;
  /** Writes to standard output; nothing is added. */
  out(text: string): void;
  /** Writes to standard error; nothing is added. */
  err(text: string): void;
  /** Tells somebody who waits how far it is, in place of what was told before; empty clears it. Does nothing where nobody looks. */
  progress(text: string): void;
  /** Aborted by the first Ctrl-C from now on; a second one ends the program. */
  interruption(): AbortSignal;
  /** The text of a file, or of standard input for `-`; the error says in words why there is none. */
  read(name: string): Promise<Result<string>>;
  /** The bytes of a file of any size, or of standard input for `-`, until `take` wants no more; the error says why there are none. */
  readPieces(name: string, take: (bytes: Uint8Array) => boolean): Promise<Result<null>>;
  /** What a program prints with these arguments; the error says in words why there is nothing. */
  runProgram(program: string, args: readonly string[]): Promise<Result<string>>;
}

/** How a command ended: 0 done; 1 done, and something was found; 2 bad usage or unreadable input. */
export type ExitStatus = 0 | 1 | 2;
