import { describe, expect, it } from 'vitest';
import type { TextRange } from '../../../src/base/text-range.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { outlineOf } from '../../../src/extension/assist/outline.ts';
import { namedAt } from '../../../src/extension/assist/references.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const LINE =
  'qemu-system-x86_64 -M q35,accel=kvm -name guest=web,debug-threads=on -object iothread,id=n0 ' +
  '-netdev tap,id=n0,vhost=on -drive id=d0,if=none,file=f -chardev socket,id=c0,path=/s ' +
  '-device virtio-net-pci,netdev=n0 -device virtio-blk-pci,drive=d0,iothread=n0,id=disk -netdev vhost-user,chardev=c0,id=n1';
const FILE = unwrap(readLaunchFile(LINE, 'vm.sh'));

/** What is named at the first place of a text, in the words of the file, each with what stands before it. */
function namedOn(words: string) {
  const named = namedAt(FILE, { line: 0, character: LINE.indexOf(words) + words.length });
  const text = ({ start, end }: TextRange): string => LINE.slice(start.character - 9, end.character);
  return named && { definition: named.definition && text(named.definition), uses: named.uses.map(text) };
}

describe('what a property names', () => {
  it('leads to the option that has the id, told by its kind from others of that id', () => {
    expect(namedOn('netdev=n0')).toEqual({ definition: 'v tap,id=n0', uses: ['i,netdev=n0'] });
    expect(namedOn('iothread=n0')?.definition).toBe('hread,id=n0');
    expect(namedOn('drive=d0')?.definition).toBe('-drive id=d0'.slice(-11));
    expect(namedOn('chardev=c0')?.uses).toEqual([',chardev=c0']);
  });

  it('is found from the id as well, with all that name it', () => {
    expect(namedOn('tap,id=n0')).toEqual(namedOn('netdev=n0'));
    expect(namedOn('iothread,id=n0')?.uses).toEqual(['iothread=n0']);
  });

  it('is nothing elsewhere', () => {
    expect(namedOn('vhost=on')).toBeUndefined();
    expect(namedOn('id=disk')).toBeUndefined();
    expect(namedOn('-M q35')).toBeUndefined();
  });
});

describe('the outline of a launch file', () => {
  it('has a machine by its name, its devices with their paths, and what they name', () => {
    const [machine] = outlineOf(FILE, resolveFile(FILE, TEST_FACTS));
    expect(machine).toMatchObject({ kind: 'machine', name: 'web', detail: '2 devices' });
    expect(machine?.children.map(({ kind, name, detail }) => `${kind} ${name}: ${detail}`)).toEqual([
      'device virtio-net-pci: virtio-net-pci · virtio/notify-vhost + call-irqfd',
      'device disk: virtio-blk-pci · virtio/notify-iothread + call-irqfd',
      'backend n0: -object iothread',
      'backend n0: -netdev tap',
      'backend d0: -drive',
      'backend c0: -chardev',
      'backend n1: -netdev vhost-user',
      'defaults by default: not in the file',
    ]);
  });

  it('is empty for a file that starts no machine', () => {
    const file = unwrap(readLaunchFile('echo hello\n', 'hello.sh'));
    expect(outlineOf(file, resolveFile(file, TEST_FACTS))).toEqual([]);
  });
});
