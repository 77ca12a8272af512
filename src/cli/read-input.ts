import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fail, ok, type Result } from '../base/result.ts';
import { LONGEST_TEXT } from '../config/read-launch-file.ts';

/**
 * The text of a file, or of standard input for `-`. Stops reading at the limit of launch files and at the first
 * NUL byte, so that a file of any size, or a device without an end, is refused at once. Never throws.
 */
export async function readInput(
  name: string,
  standardInput: AsyncIterable<unknown>,
): Promise<Result<string>> {
  try {
    if (name === '-') return await readAll(standardInput);
    const about = await stat(name);
    if (about.isDirectory()) return fail('is a directory; expected a file');
    if (about.size > LONGEST_TEXT) return fail(tooLarge(about.size));
    return await readAll(createReadStream(name));
  } catch (error) {
    return fail(inWords(error));
  }
}

async function readAll(chunks: AsyncIterable<unknown>): Promise<Result<string>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : (chunk as Uint8Array);
    parts.push(bytes);
    size += bytes.length;
    if (bytes.includes(0)) break;
    if (size > LONGEST_TEXT) return fail(tooLarge(size));
  }
  return ok(new TextDecoder().decode(Buffer.concat(parts)));
}

function tooLarge(size: number): string {
  const mebibytes = (bytes: number): number => Math.floor(bytes / 1024 / 1024);
  const limit = mebibytes(LONGEST_TEXT);
  return `the file is too large for a launch file (${mebibytes(size)} MiB or more; the limit is ${limit} MiB)`;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'no permission to read it',
  EISDIR: 'is a directory; expected a file',
  ENOTDIR: 'a part of the path is not a directory',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'too many symbolic links',
};

/** Why a file cannot be read, in words. */
export function inWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? `cannot be read (${code === '' ? String(error) : code})`;
}
