import { describe, expect, it } from 'vitest';
import { findDevice } from '../../../src/catalog/devices.ts';
import { optionsOfDriver } from '../../../src/catalog/options.ts';
import { aboutProperties, CATALOGUE_DRIVERS } from '../../../src/catalog/qemu-help/questions.ts';
import { readProperties } from '../../../src/catalog/qemu-help/read-properties.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { completionsAt } from '../../../src/extension/assist/completions.ts';
import type { Facts } from '../../../src/facts/facts.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { recordedQemu } from '../../support/qemu-help.ts';
import { unwrap } from '../../support/unwrap.ts';

const X86 = 'qemu-system-x86_64 -M q35 -accel kvm';
const ARM = 'qemu-system-aarch64 -M virt -accel kvm';

function withQemu(qemu: string): Facts {
  return { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu } };
}

/** What is offered at the `|` of a text. */
function offeredAt(text: string, facts = TEST_FACTS) {
  const before = text.slice(0, text.indexOf('|')).split('\n');
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  return completionsAt(unwrap(readLaunchFile(text.replace('|', ''), 'vm.sh')), position, facts);
}

const labelsAt = (text: string, facts = TEST_FACTS): string[] =>
  offeredAt(text, facts).map(({ label }) => label);

describe('what is offered behind -device', () => {
  it.each([
    ['7.2', 'x86_64', X86],
    ['7.2', 'aarch64', ARM],
    ['10.0', 'x86_64', X86],
    ['10.0', 'aarch64', ARM],
  ] as const)(
    'with QEMU %s for %s: what that has, and all of it that is documented',
    (release, target, head) => {
      const qemu = recordedQemu(release, target);
      const facts = withQemu(release);
      for (const driver of CATALOGUE_DRIVERS) {
        const answer = qemu.to(aboutProperties('device', driver));
        if (answer === undefined || findDevice(driver) === undefined) continue;
        const printed = readProperties(answer).map(({ name }) => name);
        const documented = optionsOfDriver(driver).map(({ name }) => name);
        const offered = labelsAt(`${head} -device ${driver},|\n`, facts);
        expect([driver, offered.toSorted()]).toEqual([
          driver,
          documented.filter((name) => printed.includes(name)).toSorted(),
        ]);
      }
    },
  );

  it('is an option that is not written yet, with its documentation, in place of what is written of it', () => {
    const offered = offeredAt(`${X86} -device virtio-blk-pci,ioeventfd=on,num-q|,drive=d\n`);
    const queues = offered.find(({ label }) => label === 'num-queues');
    const character = `${X86} -device virtio-blk-pci,ioeventfd=on,`.length;
    expect(queues).toMatchObject({
      text: 'num-queues=',
      range: { start: { line: 0, character }, end: { line: 0, character: character + 5 } },
    });
    expect(queues?.documentation).toContain('interrupts the vCPU that asked');
    expect(offered.map(({ label }) => label)).not.toContain('ioeventfd');
    expect(offered.map(({ label }) => label)).not.toContain('drive');
  });

  it('is a driver that the release and the machine have', () => {
    expect(labelsAt(`${X86} -device v|\n`)).toContain('vfio-pci');
    expect(labelsAt(`${X86} -device v|\n`)).not.toContain('vfio-platform');
    expect(labelsAt(`${ARM} -device v|\n`)).toContain('vfio-platform');
    expect(labelsAt(`${ARM} -device v|\n`, withQemu('10.2'))).not.toContain('vfio-platform');
    expect(labelsAt(`${X86} -device i|\n`, withQemu('7.2'))).not.toContain('igb');
  });

  it('is nothing for a device that nothing is known about, or outside of a command line', () => {
    expect(labelsAt(`${X86} -device rocker,|\n`)).toEqual([]);
    expect(labelsAt('# qemu-system-x86_64 -device virtio-blk-pci,|\n')).toEqual([]);
    expect(labelsAt(`${X86} -append a,|\n`)).toEqual([]);
  });
});

describe('what is offered as a value', () => {
  it.each([
    ['a switch', '-device virtio-blk-pci,ioeventfd=|', ['on', 'off']],
    ['one of several words', '-device virtio-net-pci,tx=|', ['bh', 'timer']],
    ['a number', '-device vfio-pci,x-intx-mmap-timeout-ms=|', ['1100', '0']],
    [
      'the id of a backend',
      '-netdev tap,id=n0 -netdev user,id=n1 -device virtio-net-pci,netdev=|',
      ['n0', 'n1'],
    ],
    ['the id of an object', '-object iothread,id=io -device virtio-blk-pci,iothread=|', ['io']],
    ['a disk', '-drive id=a,if=none -blockdev file,node-name=b -device virtio-blk-pci,drive=|', ['a', 'b']],
    ['a switch of a backend', '-netdev tap,id=n,vhost=|', ['on', 'off']],
    ['the irqchip', '-accel kvm,kernel-irqchip=|', ['on', 'off', 'split']],
    ['a type of machine', '-machine |q35', ['q35', 'pc', 'microvm']],
  ])('%s', (_, written, labels) => {
    expect(labelsAt(`qemu-system-x86_64 ${written}\n`)).toEqual(labels);
  });

  it('is JSON in JSON', () => {
    const text = `${X86} -device '{"driver":"virtio-blk-pci","ioeventfd":tru|e}'\n`;
    expect(offeredAt(text).map(({ text: words }) => words)).toEqual(['true', 'false']);
  });

  it('names the default of the release', () => {
    const detail = (qemu: string) =>
      offeredAt(`${X86} -device virtio-net-pci,ioeventfd=|\n`, withQemu(qemu)).find(
        (one) => one.detail === 'default',
      )?.label;
    expect([detail('2.8'), detail('10.1')]).toEqual(['off', 'on']);
  });

  it('stands in the variable that holds it, and not where that is used', () => {
    const disk = 'virtio-blk-pci,ioeventfd=';
    expect(labelsAt(`DISK=${disk}|\nqemu-system-x86_64 -device $DISK\n`)).toEqual(['on', 'off']);
    expect(labelsAt(`DISK=${disk}\nqemu-system-x86_64 -device "$DISK|"\n`)).toEqual([]);
  });

  it('is offered for an attribute of libvirt that is such a value, and keys are not', () => {
    const domain = (ioeventfd: string): string =>
      `<domain type='kvm'><name>a</name><os><type arch='x86_64' machine='q35'>hvm</type></os><devices>` +
      `<disk type='file' device='disk'><driver name='qemu' type='raw' ioeventfd='${ioeventfd}'/>` +
      `<source file='/a'/><target dev='vda' bus='virtio'/></disk></devices></domain>\n`;
    expect(labelsAt(domain('of|f'))).toEqual(['on', 'off']);
    expect(labelsAt(domain("off'| x='"))).toEqual([]);
  });
});
