import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../../src/base/steps.ts';
import { withReplacements } from '../../../src/base/text-replacement.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { fixesFor, problemsIn } from '../../../src/extension/assist/fixes.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

/** The files that the fixes of the first problem with that code come to, by title. */
function fixed(fileName: string, text: string, code: string): Record<string, string> {
  const file = unwrap(readLaunchFile(text, fileName));
  const problem = problemsIn(resolveFile(file, TEST_FACTS)).find((one) => one.code === code);
  if (!problem) throw new Error(`there is no ${code}`);
  const fixes = runToEnd(fixesFor(text, file, problem, TEST_FACTS));
  return Object.fromEntries(fixes.map(({ title, edits }) => [title, withReplacements(text, edits)]));
}

const UNIT = (option: string): string =>
  `[Service]\nExecStart=/usr/bin/qemu-system-x86_64 -M q35 -accel kvm -device virtio-rng-pci,${option}=off\n`;
const CONFIG = (line: string): string =>
  `[machine]\n  type = "q35"\n[device "r"]\n  driver = "virtio-rng-pci"\n${line}`;
const SESSION = (value: string): string =>
  `{"execute": "device_add", "arguments": {"driver": "virtio-rng-pci"${value}}}\n`;

describe('a correction keeps to the format of the file', () => {
  it.each([
    ['vm.service', 'unknown-option', UNIT('ioeventf'), 'Change to ioeventfd', UNIT('ioeventfd')],
    [
      'vm.cfg',
      'unknown-option',
      CONFIG('  ioeventf = "off"\n'),
      'Change to ioeventfd',
      CONFIG('  ioeventfd = "off"\n'),
    ],
    [
      'vm.cfg',
      'invalid-value',
      CONFIG('  ioeventfd = "7"\n'),
      'Set ioeventfd=off',
      CONFIG('  ioeventfd = "off"\n'),
    ],
    ['vm.cfg', 'unknown-option', CONFIG('  ioeventf = "off"\n'), 'Remove ioeventf', CONFIG('')],
    [
      'vm.qmp',
      'invalid-value',
      SESSION(', "ioeventfd": 7'),
      'Set ioeventfd=on',
      SESSION(', "ioeventfd": true'),
    ],
    ['vm.qmp', 'invalid-value', SESSION(', "ioeventfd": 7'), 'Remove ioeventfd', SESSION('')],
    [
      '100.conf',
      'unknown-option',
      'scsihw: virtio-scsi-pci\nargs: -device virtio-rng-pci,ioeventf=off\n',
      'Change to ioeventfd',
      'scsihw: virtio-scsi-pci\nargs: -device virtio-rng-pci,ioeventfd=off\n',
    ],
  ])('%s: %s', (fileName, code, text, title, expected) => {
    expect(fixed(fileName, text, code)[title]).toBe(expected);
  });
});
