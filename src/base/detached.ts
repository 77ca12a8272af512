/**
 * A copy of a part of a text that does not keep the whole text in memory: engines make parts that refer to it. For what
 * is kept for long of a text that is thrown away piece by piece.
 */
export function detached(text: string): string {
  return ` ${text}`.slice(1);
}
