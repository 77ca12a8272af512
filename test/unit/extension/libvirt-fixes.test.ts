import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../../src/base/steps.ts';
import { withReplacements } from '../../../src/base/text-replacement.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { fixesFor, problemsIn } from '../../../src/extension/assist/fixes.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const domain = (devices: string, override = '', features = ''): string =>
  `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n` +
  `<os><type arch='x86_64' machine='q35'>hvm</type></os>${features}\n<devices>\n${devices}\n</devices>\n${override}</domain>\n`;
const disk = (attributes: string): string =>
  `<disk type='file'><driver name='qemu'${attributes}/><target dev='vda' bus='virtio'/></disk>`;
const HOSTDEV =
  "<hostdev mode='subsystem' type='pci'><source><address bus='0x03' slot='0x00' function='0x0'/></source>" +
  "<alias name='ua-nic'/></hostdev>";
const override = (property: string): string =>
  `<qemu:override>\n<qemu:device alias='ua-nic'><qemu:frontend>\n${property}</qemu:frontend></qemu:device></qemu:override>\n`;

/** The files that the fixes of the first problem with that code come to, by title. */
function fixed(text: string, code: string): Record<string, string> {
  const file = unwrap(readLaunchFile(text, 'vm.xml'));
  const problems = problemsIn(resolveFile(file, TEST_FACTS));
  const problem = problems.find((one) => one.code === code);
  if (!problem) throw new Error(`there is no ${code}: ${JSON.stringify(problems)}`);
  const fixes = runToEnd(fixesFor(text, file, problem, TEST_FACTS));
  return Object.fromEntries(fixes.map(({ title, edits }) => [title, withReplacements(text, edits)]));
}

describe("what can be done about a problem in libvirt's XML", () => {
  it('a value that is none', () => {
    expect(fixed(domain(disk(" ioeventfd='maybe'")), 'invalid-value')).toEqual({
      'Set ioeventfd=on': domain(disk(" ioeventfd='on'")),
      'Set ioeventfd=off': domain(disk(" ioeventfd='off'")),
      'Remove ioeventfd': domain(disk('')),
    });
  });

  it('a misspelt property of an override', () => {
    const property = (name: string): string => `<qemu:property name='${name}' type='bool' value='true'/>\n`;
    const of = (inside: string): string => domain(HOSTDEV, override(inside));
    expect(fixed(of(property('x-no-kvm-intxx')), 'unknown-option')).toMatchObject({
      'Change to x-no-kvm-intx': of(property('x-no-kvm-intx')),
    });
    expect(fixed(of(property('x-no-kvm-intxx')), 'unknown-option')['Remove x-no-kvm-intxx']).not.toContain(
      'qemu:property',
    );
  });

  it('a former name that means the opposite', () => {
    const property = (name: string, value: string): string =>
      `<qemu:property name='${name}' type='bool' value='${value}'/>\n`;
    const text = domain(HOSTDEV, override(property('x-mmap', 'false')));
    expect(fixed(text, 'old-spelling')).toMatchObject({
      'Write x-no-mmap=on': domain(HOSTDEV, override(property('x-no-mmap', 'true'))),
    });
  });

  it('an argument that is handed on as it is', () => {
    const of = (property: string): string =>
      domain(
        '',
        `<qemu:commandline><qemu:arg value='-device'/><qemu:arg value='virtio-rng-pci,${property}=off'/></qemu:commandline>\n`,
      );
    expect(fixed(of('ioeventf'), 'unknown-option')).toMatchObject({ 'Change to ioeventfd': of('ioeventfd') });
  });
});
