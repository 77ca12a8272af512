import { compareWithQemu } from './compare-with-qemu.ts';
import { differenceText } from './difference.ts';
import type { QemuDifference } from './difference.ts';
import { explanationOf } from './explained.ts';
import type { QemuAnswers } from './qemu-answers.ts';
import { QUESTIONS } from './questions.ts';

/** What comparing the catalogue with a QEMU came to. */
export interface QemuReport {
  readonly program: string;
  readonly release: string;
  /** How many questions it was asked, and how many of them it answered. */
  readonly asked: number;
  readonly answered: number;
  /** Where the catalogue is wrong, or this QEMU is not what its release says. */
  readonly differences: readonly QemuDifference[];
  readonly explained: readonly (QemuDifference & { readonly reason: string })[];
}

/** Compares the catalogue with what a program said of itself. */
export function reportOn(program: string, qemu: QemuAnswers): QemuReport {
  const all = compareWithQemu(qemu).map((one) => ({ ...one, reason: explanationOf(one, qemu) }));
  return {
    program,
    release: qemu.release,
    asked: QUESTIONS.length,
    answered: QUESTIONS.filter((question) => qemu.to(question) !== undefined).length,
    differences: all.filter(({ reason }) => reason === undefined).map(withoutReason),
    explained: all.flatMap(({ reason, ...one }) => (reason === undefined ? [] : [{ ...one, reason }])),
  };
}

/** The report in lines, for a terminal or an editor. */
export function reportLines(report: QemuReport): string[] {
  const { program, release, asked, answered, differences, explained } = report;
  const reasons = new Set(explained.map(({ reason }) => reason));
  return [
    `${program} is QEMU ${release}. It answered ${String(answered)} of ${String(asked)} questions about its options.`,
    '',
    differences.length === 0
      ? 'The catalogue and this QEMU agree.'
      : `The catalogue and this QEMU differ in ${String(differences.length)} places:`,
    ...differences.map((one) => `  ${differenceText(one)}`),
    ...[...reasons].flatMap((reason) => [
      '',
      `Explained: ${reason}:`,
      ...explained.filter((one) => one.reason === reason).map((one) => `  ${differenceText(one)}`),
    ]),
  ];
}

function withoutReason({ kind, subject, name, catalogue, qemu }: QemuDifference): QemuDifference {
  return { kind, subject, name, catalogue, qemu };
}
