import type { CliIo, ExitStatus } from './io.ts';

/** One subcommand of `irqpath`. */
export interface Command {
  readonly name: string;
  /** Its arguments, as a usage line shows them. */
  readonly synopsis: string;
  readonly summary: string;
  /** What the options mean, for `--help`; lines of at most 100 columns. */
  readonly help: readonly string[];
  run(args: readonly string[], io: CliIo): Promise<ExitStatus>;
}

/** Says what is wrong with the way a command was called. */
export function badUsage(io: CliIo, command: string, message: string): ExitStatus {
  io.err(`irqpath ${command}: ${message}\nTry: irqpath ${command} --help\n`);
  return 2;
}
