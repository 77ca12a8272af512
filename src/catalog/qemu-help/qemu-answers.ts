import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { Question } from './questions.ts';
import { ABOUT_VERSION, QUESTIONS } from './questions.ts';
import { readVersion } from './read-lists.ts';

/** What one QEMU said, by question. */
export interface QemuAnswers {
  /** E.g. `7.2.22`. */
  readonly release: string;
  /** What it printed; undefined if it printed nothing that is an answer, as for a device that it does not have. */
  readonly to: (question: Question) => string | undefined;
}

/** Runs a QEMU with these arguments and gives what it printed; an error if it could not be run or failed. */
export type Ask = (question: Question) => Promise<Result<string>>;

/** Asks all questions, one after the other; `told` is called after each and stops it with false. */
export async function askQemu(
  ask: Ask,
  told: (done: number, total: number) => boolean,
): Promise<Result<QemuAnswers>> {
  const version = await ask(ABOUT_VERSION);
  if (!version.ok) return version;
  const answers = new Map([[key(ABOUT_VERSION), version.value]]);
  for (const [i, question] of QUESTIONS.entries()) {
    if (!told(i, QUESTIONS.length)) return fail('stopped');
    const answer = question === ABOUT_VERSION ? version : await ask(question);
    // Asked for a device that it does not have, QEMU prints nothing here and may still succeed.
    if (answer.ok && answer.value.trim() !== '') answers.set(key(question), answer.value);
  }
  return answersFrom(answers);
}

/** The answers of a QEMU from what it printed; the error says that it is no QEMU. */
export function answersFrom(printed: ReadonlyMap<string, string>): Result<QemuAnswers> {
  const release = readVersion(printed.get(key(ABOUT_VERSION)) ?? '');
  if (release === undefined)
    return fail('this is no QEMU: --version does not print "QEMU emulator version …"');
  return ok({ release, to: (question) => printed.get(key(question)) });
}

/** The words by which the answer to a question is known. */
export function key(question: Question): string {
  return question.join(' ');
}
