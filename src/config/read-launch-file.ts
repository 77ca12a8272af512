import { mayStartQemu } from './may-start-qemu.ts';
import type { Position } from '../base/text-range.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { formatOf } from './format-of.ts';
import type { LaunchFile } from './launch-file.ts';
import { indexLines } from './line-index.ts';
import { NOTHING, readText } from './read-text.ts';
import type { Problem } from './problem.ts';

/** Why nothing of a file could be read. */
export interface ReadProblem {
  readonly code: 'binary' | 'too-large';
  readonly message: string;
  readonly position: Position;
}

/** Longer texts are refused: no launch file is that long, and an editor must not wait for one that is. */
export const LONGEST_TEXT = 16 * 1024 * 1024;

/**
 * Finds the virtual machines that a file starts, or fragments of them, in any format of `LaunchFormat`. A
 * text without any is no mistake: the result is then empty, without problems. Takes time linear in the length
 * of the text. The error is for text that is binary or longer than `LONGEST_TEXT` characters.
 */
export function readLaunchFile(text: string, fileName: string): Result<LaunchFile, ReadProblem> {
  if (text.length > LONGEST_TEXT) {
    const limit = `${LONGEST_TEXT / 1024 / 1024} Mi characters`;
    const message = `the file is too large for a launch file (more than ${limit}); expected a script or command line`;
    return fail({ code: 'too-large', message, position: { line: 0, character: 0 } });
  }
  const zero = text.indexOf('\0');
  if (zero >= 0) {
    const message = 'the file is binary (it holds a NUL character); expected text';
    return fail({ code: 'binary', message, position: indexLines(text).position(zero) });
  }
  const format = formatOf(text, fileName);
  const { machines, problems } = mayStartQemu(text) ? readText(text, format, indexLines(text)) : NOTHING;
  return ok({ fileName, format, machines, problems });
}

/**
 * What to say where somebody asked for a machine and the file has none. No reader reports it: in other
 * people's scripts it is no problem.
 */
export function noMachineProblem(text: string): Problem {
  const start = { line: 0, character: 0 };
  const expected =
    'expected a command such as qemu-system-aarch64 …, a fragment that begins with -device, or a <domain> of libvirt';
  const message =
    text.trim() === '' ? `the file is empty; ${expected}` : `no QEMU command line found; ${expected}`;
  return { code: 'no-machine', severity: 'information', message, range: { start, end: start } };
}
