import { describe, expect, it } from 'vitest';
import type { TextRange } from '../../../src/base/text-range.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { outlineOf } from '../../../src/extension/assist/outline.ts';
import { namedAt } from '../../../src/extension/assist/references.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const DISK = (dev: string): string =>
  `<disk type='file'><driver name='qemu' iothread='2'/><target dev='${dev}' bus='virtio'/></disk>`;
const DOMAIN =
  "<domain type='kvm'><name>web</name><iothreads>1</iothreads><iothreadids><iothread id='2'/></iothreadids>" +
  `<os><type arch='x86_64' machine='q35'>hvm</type></os><devices>${DISK('vda')}${DISK('vdb')}</devices></domain>`;
const FILE = unwrap(readLaunchFile(DOMAIN, 'vm.xml'));
const text = ({ start, end }: TextRange): string => DOMAIN.slice(start.character - 13, end.character);

describe("names in libvirt's XML", () => {
  it('of a thread lead from the disks to its id, and back', () => {
    const named = namedAt(FILE, { line: 0, character: DOMAIN.indexOf("iothread='2'") + 10 });
    expect(named && [named.definition, ...named.uses].map((range) => range && text(range))).toEqual([
      "iothread id='2",
      "u' iothread='2",
      "u' iothread='2",
    ]);
  });

  it('are those of the outline: the domain with its devices', () => {
    const [machine] = outlineOf(FILE, resolveFile(FILE, TEST_FACTS));
    expect(machine?.name).toBe('web');
    expect(machine?.children.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['virtio-disk0', 'virtio-disk1', 'iothread2']),
    );
  });
});
