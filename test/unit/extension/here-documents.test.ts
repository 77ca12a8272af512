import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../../src/base/steps.ts';
import { withReplacements } from '../../../src/base/text-replacement.ts';
import { optionOfDriver } from '../../../src/catalog/options.ts';
import type { LaunchFile } from '../../../src/config/launch-file.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { completionsAt } from '../../../src/extension/assist/completions.ts';
import { fixesFor, problemsIn } from '../../../src/extension/assist/fixes.ts';
import { libvirtCompletionsIn } from '../../../src/extension/assist/libvirt-completions.ts';
import { editsFor } from '../../../src/extension/what-if/file-edits.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const domain = (driver: string): string => `NAME=a
virsh define /dev/stdin <<EOF
<domain type='kvm'><name>$NAME</name><os><type arch='x86_64' machine='q35'>hvm</type></os>
<devices>
<disk type='file'><driver name='qemu'${driver}/><source file='\\$x'/><target dev='vda' bus='virtio'/></disk>
</devices></domain>
EOF
`;
const script = (options: string, disk = 'disk=virtio-blk-pci,drive=a'): string => `${disk}
cat > vm.sh <<-EOF
	exec qemu-system-x86_64 -M q35 -accel kvm -drive if=none,file=\\$x,id=a \\
	  -device $disk,${options}
	EOF
`;

const read = (text: string): LaunchFile => unwrap(readLaunchFile(text, 'vm.sh'));

/** The text and the position of the `|` in it. */
function cursor(text: string) {
  const before = text.slice(0, text.indexOf('|')).split('\n');
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  return { text: text.replace('|', ''), position };
}

describe('a here-document in the editor', () => {
  it('is completed as what it holds', () => {
    const tag = cursor(domain(" io|=''"));
    const names = libvirtCompletionsIn(read(tag.text), tag.text, tag.position);
    const ioeventfd = names.find(({ label }) => label === 'ioeventfd');
    expect(ioeventfd?.range).toEqual({
      start: { ...tag.position, character: tag.position.character - 2 },
      end: tag.position,
    });
    expect(completionsAt(read(tag.text), tag.position, TEST_FACTS)).toEqual([]);
    const option = cursor(script('ioeventfd=|'));
    expect(libvirtCompletionsIn(read(option.text), option.text, option.position)).toEqual([]);
    const values = completionsAt(read(option.text), option.position, TEST_FACTS);
    expect(values.map(({ label, range }) => [label, range.start])).toEqual([
      ['on', option.position],
      ['off', option.position],
    ]);
  });

  it.each([
    [domain(" ioeventfd='maybe'"), 'Set ioeventfd=off', domain(" ioeventfd='off'")],
    [script('ioeventfd=maybe'), 'Set ioeventfd=off', script('ioeventfd=off')],
    [script('vectors=2,ioeventf=on'), 'Remove ioeventf', script('vectors=2')],
  ])('has its mistakes mended where they stand', (text, title, mended) => {
    const file = read(text);
    const [problem] = problemsIn(resolveFile(file, TEST_FACTS)).filter(
      ({ severity }) => severity !== 'information',
    );
    const fixes = runToEnd(fixesFor(text, file, problem!, TEST_FACTS));
    const fix = fixes.find((one) => one.title === title);
    expect(fix && withReplacements(text, fix.edits)).toBe(mended);
  });

  it.each([
    [domain(''), domain(" ioeventfd='off'")],
    [script('vectors=2'), script('vectors=2,ioeventfd=off')],
    [script('ioeventfd=on'), script('ioeventfd=off')],
  ])('takes changes of its devices', (text, changed) => {
    const option = optionOfDriver('virtio-blk-pci', 'ioeventfd')!;
    const place = { machine: 0, device: 0 };
    const edits = unwrap(editsFor(text, 'vm.sh', place, [{ option, value: 'off' }], TEST_FACTS));
    expect(withReplacements(text, edits)).toBe(changed);
  });
});
