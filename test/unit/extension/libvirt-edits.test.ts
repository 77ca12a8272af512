import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withReplacements } from '../../../src/base/text-replacement.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { devicesOf } from '../../../src/extension/question/devices.ts';
import { deviceOptions, editableOptions } from '../../../src/extension/what-if/device-options.ts';
import { editsFor } from '../../../src/extension/what-if/file-edits.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const QEMU_NAMESPACE = "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'";
const domain = (devices: string, rest = '', attributes = ''): string =>
  `<domain type='kvm'${attributes}>\n  <iothreads>2</iothreads>\n  <os><type arch='x86_64' machine='q35'>hvm</type></os>\n` +
  `  <devices>\n${devices}  </devices>\n${rest}</domain>\n`;
const disk = (driver: string): string =>
  `    <disk type='file' device='disk'>\n${driver}      <target dev='vda' bus='virtio'/>\n    </disk>\n`;
const HOSTDEV =
  "    <hostdev mode='subsystem' type='pci'>\n      <source>\n" +
  "        <address domain='0x0000' bus='0x03' slot='0x00' function='0x0'/>\n      </source>\n    </hostdev>\n";
const CARD = "    <interface type='bridge'>\n      <model type='virtio'/>\n    </interface>\n";

function edited(text: string, driver: string, changes: Readonly<Record<string, string>>): string {
  const file = unwrap(readLaunchFile(text, 'vm.xml'));
  const found = devicesOf(resolveFile(file, TEST_FACTS)).find(({ device }) => device.driver === driver);
  if (!found) throw new Error(`no ${driver}`);
  const options = editableOptions(driver, TEST_FACTS.host.qemu);
  const list = Object.entries(changes).map(([name, value]) => {
    const option = options.find((one) => one.name === name);
    if (!option) throw new Error(`no option ${name}`);
    return { option, value };
  });
  return withReplacements(text, unwrap(editsFor(text, 'vm.xml', found.place, list, TEST_FACTS)));
}

describe("a what-if that is written into libvirt's XML", () => {
  it('changes an attribute of <driver>, or adds one', () => {
    const off = domain(disk("      <driver name='qemu' ioeventfd='off'/>\n"));
    expect(edited(off, 'virtio-blk-pci', { ioeventfd: 'on' })).toBe(off.replace("'off'", "'on'"));
    const none = domain(disk("      <driver name='qemu' type='raw'/>\n"));
    expect(edited(none, 'virtio-blk-pci', { ioeventfd: 'off', packed: 'on' })).toBe(
      none.replace("'raw'", "'raw' ioeventfd='off' packed='on'"),
    );
  });

  it('adds a <driver> where there is none', () => {
    const text = domain(CARD);
    expect(edited(text, 'virtio-net-pci', { ioeventfd: 'off' })).toBe(
      text.replace("<model type='virtio'/>\n", "<model type='virtio'/>\n      <driver ioeventfd='off'/>\n"),
    );
  });

  it('names a thread by its number', () => {
    const text = domain(disk("      <driver name='qemu' iothread='1'/>\n"));
    expect(edited(text, 'virtio-blk-pci', { iothread: 'iothread2' })).toBe(text.replace("'1'", "'2'"));
  });

  it('overrides what libvirt has no attribute for, and declares the namespace', () => {
    const text = domain(HOSTDEV);
    expect(edited(text, 'vfio-pci', { 'x-no-kvm-intx': 'on', 'x-intx-mmap-timeout-ms': '7' })).toBe(
      domain(
        HOSTDEV,
        "  <qemu:override>\n    <qemu:device alias='hostdev0'>\n      <qemu:frontend>\n" +
          "        <qemu:property name='x-no-kvm-intx' type='bool' value='true'/>\n" +
          "        <qemu:property name='x-intx-mmap-timeout-ms' type='unsigned' value='7'/>\n" +
          '      </qemu:frontend>\n    </qemu:device>\n  </qemu:override>\n',
        ` ${QEMU_NAMESPACE}`,
      ),
    );
  });

  it('adds to an override that is there, and changes one in the words of its type', () => {
    const text = readFileSync(new URL('../../../samples/libvirt.xml', import.meta.url), 'utf8');
    const file = unwrap(readLaunchFile(text, 'vm.xml'));
    const all = devicesOf(resolveFile(file, TEST_FACTS));
    const nic = all.find(({ device }) => device.id === 'ua-nic');
    if (!nic) throw new Error('no ua-nic');
    const options = deviceOptions(file, nic.place, TEST_FACTS).map(({ option }) => option);
    const changes = [
      ['x-no-kvm-msix', 'off'],
      ['x-no-kvm-intx', 'on'],
    ].map(([name, value]) => ({ option: options.find((one) => one.name === name), value: value ?? '' }));
    const [msix, intx] = changes;
    if (!msix?.option || !intx?.option) throw new Error('no such options');
    const edits = editsFor(
      text,
      'vm.xml',
      nic.place,
      [
        { option: msix.option, value: msix.value },
        { option: intx.option, value: intx.value },
      ],
      TEST_FACTS,
    );
    const property = "<qemu:property name='x-no-kvm-msix' type='bool' value=";
    expect(withReplacements(text, unwrap(edits))).toBe(
      text.replace(
        `${property}'true'/>`,
        `${property}'false'/>\n        <qemu:property name='x-no-kvm-intx' type='bool' value='true'/>`,
      ),
    );
  });

  it('can be anything that the tree lets one change, on one line too', () => {
    const loose = domain(`${disk('')}${HOSTDEV}${CARD}`);
    const tight = loose.replaceAll(/\n */g, '');
    for (const text of [loose, tight, loose.replaceAll('\n', '\r\n')]) {
      const file = unwrap(readLaunchFile(text, 'vm.xml'));
      for (const { device, place } of devicesOf(resolveFile(file, TEST_FACTS))) {
        if (!['virtio-blk-pci', 'virtio-net-pci', 'vfio-pci'].includes(device.driver)) continue;
        for (const { option, value } of deviceOptions(file, place, TEST_FACTS)) {
          if (option.type.kind !== 'boolean' || value === null) continue;
          const change = { option, value: value === 'on' ? 'off' : 'on' };
          const edits = editsFor(text, 'vm.xml', place, [change], TEST_FACTS);
          expect([device.driver, option.name, edits.ok]).toEqual([device.driver, option.name, true]);
        }
      }
    }
  });

  it('is refused where there is no <domain> that could hold an override', () => {
    const file = unwrap(readLaunchFile(HOSTDEV, 'nic.xml'));
    const [found] = devicesOf(resolveFile(file, TEST_FACTS));
    const option = editableOptions('vfio-pci', '10.1').find(({ name }) => name === 'x-no-kvm-intx');
    if (!found || !option) throw new Error('no device');
    const edits = editsFor(HOSTDEV, 'nic.xml', found.place, [{ option, value: 'on' }], TEST_FACTS);
    expect(edits).toMatchObject({ ok: false });
  });
});
