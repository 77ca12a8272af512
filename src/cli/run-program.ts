import { execFile } from 'node:child_process';
import { fail, ok, type Result } from '../base/result.ts';
import { whyNoAnswer } from '../catalog/qemu-help/no-answer.ts';

/** A program that only prints its help has done so long before. */
const LONGEST_MS = 10_000;
const LONGEST_OUTPUT = 16 * 1024 * 1024;

/** What a program prints with these arguments; the error says why there is nothing. No shell is asked. */
export function runProgram(
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<Result<string>> {
  return new Promise((resolve) => {
    const options = { timeout: LONGEST_MS, maxBuffer: LONGEST_OUTPUT, signal };
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(ok(stdout));
      else resolve(fail(whyNoAnswer(error, stderr)));
    });
  });
}
