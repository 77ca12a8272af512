import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fail, ok } from '../../../src/base/result.ts';
import type { Result } from '../../../src/base/result.ts';
import { compareWithQemu } from '../../../src/catalog/qemu-help/compare-with-qemu.ts';
import { differenceText } from '../../../src/catalog/qemu-help/difference.ts';
import { explanationOf } from '../../../src/catalog/qemu-help/explained.ts';
import { askQemu } from '../../../src/catalog/qemu-help/qemu-answers.ts';
import type { Question } from '../../../src/catalog/qemu-help/questions.ts';
import { unwrap } from '../../support/unwrap.ts';

const run = promisify(execFile);
/** One of each family: each question is a program that starts. */
const ASKED_DRIVERS = [
  'vfio-pci',
  'vfio-platform',
  'virtio-blk-pci',
  'virtio-net-pci',
  'nvme',
  'intel-iommu',
];

async function ask(program: string, question: Question): Promise<Result<string>> {
  const [, driver] = question[0] === '-device' ? (/^(.*),help$/.exec(question[1] ?? '') ?? []) : [];
  if (driver !== undefined && !ASKED_DRIVERS.includes(driver)) return fail('not asked');
  return await run(program, [...question]).then(
    ({ stdout }) => ok(stdout),
    (error: unknown) => fail(String(error)),
  );
}

describe.each(['qemu-system-x86_64', 'qemu-system-aarch64'])('%s, where it is installed', (program) => {
  it('has what the catalogue says', { timeout: 60_000 }, async (context) => {
    const version = await ask(program, ['--version']);
    if (!version.ok) {
      context.skip(`${program} is not installed`);
      return;
    }
    const qemu = unwrap(
      await askQemu(
        async (question) => await ask(program, question),
        () => true,
      ),
    );
    const differences = compareWithQemu(qemu).filter(
      ({ subject, name, kind }) =>
        kind !== 'missing' || subject !== '-device' || ASKED_DRIVERS.includes(name),
    );
    const unexplained = differences.filter((one) => explanationOf(one, qemu) === undefined);
    expect(unexplained.map(differenceText)).toEqual([]);
  });
});
