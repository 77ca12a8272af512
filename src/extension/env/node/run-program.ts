import { execFile } from 'node:child_process';
import { fail, ok } from '../../../base/result.ts';
import { whyNoAnswer } from '../../../catalog/qemu-help/no-answer.ts';
import type { Environment } from '../environment.ts';

/** A program that only prints its help has done so long before. */
const LONGEST_MS = 10_000;
const LONGEST_OUTPUT = 16 * 1024 * 1024;

/** See `Environment`. No shell is asked. */
export const runProgram: NonNullable<Environment['runProgram']> = (program, args, signal) =>
  new Promise((resolve) => {
    const options = { timeout: LONGEST_MS, maxBuffer: LONGEST_OUTPUT, signal };
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(ok(stdout));
      else resolve(fail(whyNoAnswer(error, stderr)));
    });
  });
