import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fail, ok, type Result } from '../base/result.ts';
import { inWords } from './read-input.ts';

/** Bytes that are read at once. */
const PIECE = 1 << 20;

/**
 * Gives the bytes of a file of any size away piece by piece, or of standard input for `-`, until `take` says that it
 * wants no more. The error says in words why there are none. Never throws.
 */
export async function readPieces(
  name: string,
  standardInput: AsyncIterable<unknown>,
  take: (bytes: Uint8Array) => boolean,
): Promise<Result<null>> {
  try {
    if (name !== '-' && (await stat(name)).isDirectory()) return fail('is a directory; expected a file');
    const pieces: AsyncIterable<unknown> =
      name === '-' ? standardInput : createReadStream(name, { highWaterMark: PIECE });
    for await (const piece of pieces) {
      const bytes = typeof piece === 'string' ? new TextEncoder().encode(piece) : (piece as Uint8Array);
      if (!take(bytes)) break;
    }
    return ok(null);
  } catch (error) {
    return fail(inWords(error));
  }
}
