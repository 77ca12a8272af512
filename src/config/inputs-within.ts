import { AwaitedInput, type CommandInput } from './shell-input.ts';
import { lexShell } from './shell-lexer.ts';
import { endOfQuoted, type Searches } from './shell-quotes.ts';
import { NEWLINE, OPERATOR, WORD, type Tokens } from './shell-tokens.ts';

/** What commands in the substitutions of a word read: `$(cat <<EOF`. The word is a token of the piece that begins at `piece`. */
export function inputsWithin(
  text: string,
  piece: number,
  tokens: Tokens,
  token: number,
): readonly CommandInput[] {
  const [start, end] = [tokens.start(token), tokens.end(token)];
  if (end - start < SHORTEST) return NONE;
  const word = text.slice(piece + start, piece + end);
  if (!word.includes('<<')) return NONE;
  const found: CommandInput[] = [];
  const searches: Searches = { vain: 0 };
  for (let at = word.indexOf('$('); at >= 0;) {
    const closed = endOfQuoted(word, at, word.length, searches);
    if (closed < 0) break;
    const from = at + 2;
    for (const one of inputsOf(word.slice(from, closed - 1))) {
      found.push({ ...one, start: start + from + one.start, end: start + from + one.end });
    }
    at = word.indexOf('$(', closed);
  }
  return found;
}

/** What all commands of a script read that is no longer than one word of another. */
function inputsOf(script: string): readonly CommandInput[] {
  const { tokens } = lexShell(script);
  const input = new AwaitedInput(script, tokens, 0);
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kind(i);
    if (kind === OPERATOR) input.open(i);
    else if (kind === WORD) input.take(i);
    else if (kind === NEWLINE) input.endLine(i);
  }
  return input.ofCommand;
}

const NONE: readonly CommandInput[] = [];
/** `$(a<<b`, the lines, and the bracket. */
const SHORTEST = 10;
