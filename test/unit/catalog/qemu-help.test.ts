import { describe, expect, it } from 'vitest';
import { compareWithQemu } from '../../../src/catalog/qemu-help/compare-with-qemu.ts';
import { differenceText } from '../../../src/catalog/qemu-help/difference.ts';
import { EXPLANATIONS, explanationOf } from '../../../src/catalog/qemu-help/explained.ts';
import type { QemuAnswers } from '../../../src/catalog/qemu-help/qemu-answers.ts';
import { aboutProperties, ABOUT_DEVICES } from '../../../src/catalog/qemu-help/questions.ts';
import type { Question } from '../../../src/catalog/qemu-help/questions.ts';
import { recordedQemu } from '../../support/qemu-help.ts';

const X86 = recordedQemu('10.0', 'x86_64');
const RECORDED = [
  recordedQemu('7.2', 'x86_64'),
  recordedQemu('7.2', 'aarch64'),
  X86,
  recordedQemu('10.0', 'aarch64'),
] as const;

/** A QEMU that says the same but for one answer. */
function changed(qemu: QemuAnswers, question: Question, change: (text: string) => string): QemuAnswers {
  return {
    ...qemu,
    to: (asked) => (asked.join() === question.join() ? change(qemu.to(asked) ?? '') : qemu.to(asked)),
  };
}

function unexplained(qemu: QemuAnswers): string[] {
  return compareWithQemu(qemu)
    .filter((difference) => explanationOf(difference, qemu) === undefined)
    .map(differenceText);
}

describe('the catalogue against recorded releases of QEMU', () => {
  it.each([
    ['7.2 for x86_64', RECORDED[0]],
    ['7.2 for aarch64', RECORDED[1]],
    ['10.0 for x86_64', RECORDED[2]],
    ['10.0 for aarch64', RECORDED[3]],
  ] as const)('QEMU %s has what the catalogue says, and nothing that it does not know', (_, qemu) => {
    expect(unexplained(qemu)).toEqual([]);
  });

  it('has no explanation for what is no longer a difference', () => {
    const unused = EXPLANATIONS.filter(
      ({ covers }) =>
        !RECORDED.some((qemu) => compareWithQemu(qemu).some((difference) => covers(difference, qemu))),
    );
    expect(unused.map(({ reason }) => reason)).toEqual([]);
  });
});

describe('a QEMU that differs', () => {
  const blk = aboutProperties('device', 'virtio-blk-pci');
  const pci = aboutProperties('device', 'vfio-pci');
  it.each([
    [
      'an option is gone',
      changed(X86, blk, (text) => text.replace(/^ {2}ioeventfd=.*\n/m, '')),
      '-device virtio-blk-pci ioeventfd: the catalogue says QEMU 0.14 has it; this QEMU does not print it',
    ],
    [
      'an option is new',
      changed(X86, blk, (text) => `${text}  teleport=<bool>\n`),
      '-device virtio-blk-pci teleport: the catalogue says nothing of it; this QEMU has it (bool)',
    ],
    [
      'an option is there that should be gone',
      changed(X86, blk, (text) => `${text}  x-data-plane=<bool> - on/off (default: off)\n`),
      '-device virtio-blk-pci x-data-plane: the catalogue says QEMU 1.4 has it, 2.5 no more; this QEMU prints it',
    ],
    [
      'a default is another',
      changed(X86, blk, (text) => text.replace(/(ioeventfd=.*default: )on/, '$1off')),
      '-device virtio-blk-pci ioeventfd: the catalogue says on; this QEMU prints off',
    ],
    [
      'a number is another',
      changed(X86, pci, (text) => text.replace('(default: 1100)', '(default: 1000)')),
      '-device vfio-pci x-intx-mmap-timeout-ms: the catalogue says 1100; this QEMU prints 1000',
    ],
    [
      'a type is another',
      changed(X86, blk, (text) => text.replace('vectors=<uint32>', 'vectors=<str>')),
      '-device virtio-blk-pci vectors: the catalogue says a whole number to 4294967295; this QEMU prints str',
    ],
    [
      'a device is gone',
      { ...X86, to: (asked: Question) => (asked.join() === blk.join() ? undefined : X86.to(asked)) },
      '-device virtio-blk-pci: the catalogue says QEMU 0.11 has it; this QEMU does not have it',
    ],
    [
      'a device is new',
      changed(X86, ABOUT_DEVICES, (text) => `${text}name "vfio-quantum", bus PCI\n`),
      '-device vfio-quantum: the catalogue says nothing of it; this QEMU has it',
    ],
  ] as const)('%s: that is the one difference', (_, qemu, text) => {
    expect(unexplained(qemu)).toEqual([text]);
  });

  it('an older release of the same text differs where an option came later', () => {
    expect(unexplained({ ...X86, release: '2.3' })).toContain(
      '-device vfio-pci x-no-kvm-intx: the catalogue says QEMU 2.5 has it; this QEMU prints it',
    );
  });
});
