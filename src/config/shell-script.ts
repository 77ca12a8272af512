import type { Steps } from '../base/steps.ts';
import type { TextChange } from '../base/text-change.ts';
import { isSameState, NOTHING_OPEN, type OpenState } from './shell-blocks.ts';
import { findCommandsOfPiece, type MovableCommand, type ShellCommand } from './shell-commands.ts';
import { lexPiece, lexShell, type LexedShell, type Unterminated } from './shell-lexer.ts';
import { VAIN_SEARCHES } from './shell-quotes.ts';

/** Some lines of a script that are understood by themselves but for what is open in front of them. */
interface Piece {
  readonly start: number;
  readonly lexed: LexedShell;
  readonly before: OpenState;
  readonly after: OpenState;
  readonly commands: readonly MovableCommand[];
}

/** The commands of a script, and the pieces that the next version of the script is put together from. */
export interface ShellScript {
  /** In order, without most of those that neither start QEMU nor set a variable. */
  readonly commands: readonly ShellCommand[];
  readonly unterminated: readonly Unterminated[];
  readonly pieces: readonly Piece[];
}

/** A version of a script, and how another one differs from it. */
export interface ScriptBefore {
  readonly script: ShellScript;
  readonly change: TextChange;
}

/** Tells of a command by its first word whether anybody could want to know of it. */
export type Matters = (text: string, command: ShellCommand) => boolean;

/**
 * Finds the commands of a script. Of a version before it all pieces are taken over that the change cannot reach; the
 * result is the same as without. Some lines a step.
 */
export function* readScript(text: string, matters: Matters, before: ScriptBefore | null): Steps<ShellScript> {
  const pieces: Piece[] = [];
  const kept = before === null ? [] : untouched(before);
  let at = 0;
  let next = 0;
  let vainSearches = 0;
  let open = NOTHING_OPEN;
  while (at < text.length) {
    while ((kept[next]?.start ?? Infinity) < at) next += 1;
    const same = kept[next]?.start === at ? kept[next] : undefined;
    const until = Math.min(at + PIECE_LENGTH, kept[next]?.start ?? Infinity, text.length);
    const piece = pieceOf(text, matters, same ?? { start: at, lexed: lexPiece(text, at, until) }, open);
    vainSearches += piece.lexed.vainSearches;
    // From then on the lexer no longer searches, and a line means something else by itself.
    if (vainSearches >= VAIN_SEARCHES) return whole(text, matters);
    pieces.push(piece);
    open = piece.after;
    at += piece.lexed.length;
    if (!same) yield;
  }
  return scriptOf(pieces);
}

/** Enough lines for a piece to be cheaper than what it saves, in letters. */
const PIECE_LENGTH = 2_000;

/**
 * The pieces of the version before, where they stand now, but those that the change touches, and those in front of it in
 * which the end of a quote was looked for that the change may have brought.
 */
function untouched({ script, change }: ScriptBefore): Piece[] {
  const by = change.endAfter - change.endBefore;
  return script.pieces.flatMap((piece) => {
    const { start, lexed } = piece;
    if (start >= change.endBefore) return { ...piece, start: start + by };
    return start + lexed.length < change.start && lexed.vainSearches === 0 ? piece : [];
  });
}

/** The commands of these names, wherever they stand; most are none of those of the script. */
export function commandsNamed(
  text: string,
  { pieces }: ShellScript,
  names: ReadonlySet<string>,
): ShellCommand[] {
  return pieces.flatMap(({ start, lexed, before }) =>
    findCommandsOfPiece(text, lexed.tokens, start, before)
      .commands.filter(({ name }) => names.has(name))
      .map((command) => command.movedTo(start)),
  );
}

/** A piece with its commands, which are those that it had if the same is open in front of it. */
function pieceOf(
  text: string,
  matters: Matters,
  piece: Pick<Piece, 'start' | 'lexed'> & Partial<Piece>,
  open: OpenState,
): Piece {
  const { start, lexed, before, after, commands } = piece;
  if (before && after && commands && isSameState(before, open))
    return { start, lexed, before, after, commands };
  const found = findCommandsOfPiece(text, lexed.tokens, start, open);
  // The shell's command may end in a trap, and the next one be the rest of what its author meant.
  const isWanted = (command: ShellCommand, i: number): boolean =>
    i === 0 || found.commands[i - 1]?.trap != null || command.input().length > 0 || matters(text, command);
  return { start, lexed, before: open, after: found.after, commands: found.commands.filter(isWanted) };
}

function whole(text: string, matters: Matters): ShellScript {
  return scriptOf([pieceOf(text, matters, { start: 0, lexed: lexShell(text) }, NOTHING_OPEN)]);
}

function scriptOf(pieces: readonly Piece[]): ShellScript {
  return {
    commands: pieces.flatMap(({ start, commands }) => commands.map((command) => command.movedTo(start))),
    unterminated: pieces.flatMap(({ start, lexed }) =>
      lexed.unterminated.map((one) => ({ ...one, start: start + one.start })),
    ),
    pieces,
  };
}
