// `node scripts/record-qemu-help.mts PROGRAM FILE [OTHER-FILE]`: records what a QEMU prints about its options, for
// test/fixtures/qemu-help. Answers that are the same in OTHER-FILE are named only. Of the trace points those that no
// path could meet are left out; nothing else is.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { ABOUT_TRACE_POINTS, QUESTIONS } from '../src/catalog/qemu-help/questions.ts';
import { key } from '../src/catalog/qemu-help/qemu-answers.ts';

const TRACE_POINTS =
  /^(ahci|apic|event_notifier|gic|ioapic|kvm|memory_region|msi|msix|ncq|pci_nvme|scsi|vfio|vhost|virtio|virtqueue)_/;

const [program, file, other] = process.argv.slice(2);
if (program === undefined || file === undefined) {
  console.error('usage: node scripts/record-qemu-help.mts PROGRAM FILE [OTHER-FILE]');
  process.exit(2);
}
const known = other === undefined ? '' : await readFile(other, 'utf8');
const run = promisify(execFile);
const sections: string[] = [];
for (const question of QUESTIONS) {
  const name = key(question);
  const answer = await run(program, [...question]).then(
    ({ stdout }) => stdout,
    () => undefined,
  );
  if (answer === undefined || answer.trim() === '') continue;
  const lines = answer.split('\n').filter((line) => line.trim() !== '');
  const kept = question === ABOUT_TRACE_POINTS ? lines.filter((line) => TRACE_POINTS.test(line)) : lines;
  const section = `$ ${name}\n${kept.map((line) => line.trimEnd()).join('\n')}\n`;
  const isKnown = other !== undefined && `${known}$`.includes(`${section}$`);
  sections.push(isKnown ? `= ${name}\n` : section);
}
await writeFile(file, sections.join(''));
