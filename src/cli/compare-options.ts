import { reportLines, reportOn } from '../catalog/qemu-help/report.ts';
import { askQemu } from '../catalog/qemu-help/qemu-answers.ts';
import type { CliIo, ExitStatus } from './io.ts';

/** `irqpath options --qemu`: asks a QEMU what it has, and says where the catalogue differs. */
export async function compareOptions(io: CliIo, program: string, asJson: boolean): Promise<ExitStatus> {
  const interruption = io.interruption();
  const qemu = await askQemu(
    async (question) => await io.runProgram(program, question),
    (done, total) => {
      io.progress(`asking ${program}: ${String(done)} of ${String(total)}`);
      return !interruption.aborted;
    },
  );
  io.progress('');
  if (!qemu.ok) {
    io.err(`irqpath options: ${program}: ${qemu.error}\n`);
    return 2;
  }
  const report = reportOn(program, qemu.value);
  io.out(asJson ? `${JSON.stringify(report, null, 2)}\n` : `${reportLines(report).join('\n')}\n`);
  return report.differences.length === 0 ? 0 : 1;
}
