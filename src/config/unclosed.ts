import type { LineIndex } from './line-index.ts';
import type { Problem } from './problem.ts';
import type { ShellCommand, Stretch } from './shell-commands.ts';
import type { Unterminated } from './shell-lexer.ts';
import type { ShellVariables } from './shell-variables.ts';
import { unterminatedQuote } from './unterminated.ts';

/** What nothing closes between two places of a script. */
export function unclosedIn(
  { start, end }: Stretch,
  unterminated: readonly Unterminated[],
  lines: LineIndex,
): Problem[] {
  return unterminated
    .filter((found) => found.start >= start && found.start <= end && !mayBeClosed(found, unterminated))
    .map((found) => {
      const closer = CLOSERS[found.opener] ?? found.opener;
      return unterminatedQuote(found.opener, closer, 'its line is taken to end it', found.start, lines);
    });
}

/** What nothing closes in the commands of a script that set variables. */
export function unclosedInValues(
  commands: readonly ShellCommand[],
  variables: ShellVariables,
  unterminated: readonly Unterminated[],
  lines: LineIndex,
): Problem[] {
  if (unterminated.length === 0) return [];
  return commands
    .filter((command) => variables.onlyAssigns(command))
    .flatMap((command) => {
      const end = command.words().at(-1)?.end ?? command.first.end;
      return unclosedIn({ start: command.first.start, end }, unterminated, lines);
    });
}

/** A quote behind a bracket that nothing closes either may hold the bracket that closes it. */
function mayBeClosed({ start, opener }: Unterminated, unterminated: readonly Unterminated[]): boolean {
  return isBracket(opener) && unterminated.some((other) => other.start > start && !isBracket(other.opener));
}

function isBracket(opener: string): boolean {
  return opener.endsWith('(') || opener.endsWith('{');
}

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '$(': ')', '${': '}', "$'": "'" };
