import { describe, expect, it } from 'vitest';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import {
  askableDevices,
  deviceAt,
  deviceNamed,
  devicesAt,
  devicesByPlace,
  devicesOf,
} from '../../../src/extension/question/devices.ts';
import { notesOf, questionFor } from '../../../src/extension/question/question.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import type { ResolvedFile } from '../../../src/resolve/resolved-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';

function resolve(text: string): ResolvedFile {
  const file = readLaunchFile(text, 'vm.sh');
  if (!file.ok) throw new Error(file.error.message);
  return resolveFile(file.value, TEST_FACTS);
}

const VM = 'qemu-system-aarch64 -M virt,gic-version=2 -accel kvm';
const XGMAC = '-device vfio-calxeda-xgmac,host=a,x-irqfd=off';

describe('the device that is asked about', () => {
  const file = resolve(
    `${VM} \\\n -device virtio-rng-pci \\\n ${XGMAC},id=eth0 \\\n ${XGMAC},id=eth1\n${VM} ${XGMAC},id=eth0\n`,
  );

  it('is the one under the cursor, from the dash of -device to behind its last letter', () => {
    expect(deviceAt(file, { line: 2, character: 1 })?.device.id).toBe('eth0');
    expect(deviceAt(file, { line: 3, character: ` ${XGMAC},id=eth1`.length })?.device.id).toBe('eth1');
    expect(deviceAt(file, { line: 0, character: 0 })).toBeUndefined();
  });

  it('is found again by its name near where it was', () => {
    expect(deviceNamed(file, 'eth0', { line: 5 })?.device.range.start.line).toBe(4);
    expect(deviceNamed(file, 'eth0', { line: 0 })?.device.range.start.line).toBe(2);
    expect(deviceNamed(file, 'eth9', { line: 0 })).toBeUndefined();
  });

  it('is one place where a variable holds it for several machines', () => {
    const shared = resolve(`A="${XGMAC} ${XGMAC}"\n${VM} $A ${XGMAC}\n${VM} $A\n`);
    const places = devicesByPlace(devicesOf(shared));
    expect(places.map((all) => all.map(({ place }) => place))).toEqual([
      [
        { machine: 0, device: 0 },
        { machine: 1, device: 0 },
      ],
      [
        { machine: 0, device: 1 },
        { machine: 1, device: 1 },
      ],
      [{ machine: 0, device: 2 }],
    ]);
    expect(devicesAt(shared, { line: 0, character: 5 })).toEqual(places[0]);
    const [first, second] = places[0]!;
    const { id, range } = first!.device;
    for (const found of [first!, second!]) {
      const seen = { line: range.start.line, machineLine: found.machine.range.start.line };
      expect(deviceNamed(shared, id, seen)).toEqual(found);
    }
    expect(deviceNamed(shared, id, range.start)).toEqual(first);
    const twice = resolve(`A="${XGMAC}"\n${VM} $A $A\n`);
    expect(devicesByPlace(devicesOf(twice)).map((all) => all.length)).toEqual([1, 1]);
  });

  it('is chosen among those whose paths are modelled, if there are any', () => {
    expect(askableDevices(file).map(({ device }) => device.id)).toEqual(['eth0', 'eth1', 'eth0']);
    expect(askableDevices(resolve(`${VM} -device virtio-rng-pci\n`))).toHaveLength(1);
  });
});

describe('the question that is run', () => {
  it('takes path and settings from the file, and every reason with those against other paths', () => {
    const file = resolve(`${VM} ${XGMAC},mmap-timeout-ms=110\n`);
    const [found] = askableDevices(file);
    if (!found) throw new Error('no device');
    const question = questionFor(found, TEST_FACTS);
    if (!question.ok) throw new Error(question.error.message);
    expect(question.value.request).toMatchObject({
      path: 'vfio-platform/userspace',
      settings: { mmapTimeoutMs: 110 },
    });
    const [leg] = found.device.legs;
    expect(question.value.reasons).toHaveLength((leg?.why.length ?? 0) + (leg?.rejected.length ?? 0));
    expect(question.value.reasons.some(({ rejects }) => rejects === 'vfio-platform/irqfd')).toBe(true);
    for (const { source } of question.value.reasons) expect(source).not.toBe('');
  });

  it('is none, with the cases in words, when the path depends on a variable', () => {
    const [found] = askableDevices(resolve(`${VM} -device vfio-calxeda-xgmac,host=a,x-irqfd=$IRQFD\n`));
    const question = found && questionFor(found, TEST_FACTS);
    if (!question || question.ok) throw new Error('a question was found');
    expect(question.error.message).toContain('vfio-platform/irqfd');
    expect(question.error.message).toContain('vfio-platform/userspace');
  });

  it('keeps what the reader has to say about the machine', () => {
    const [found] = askableDevices(resolve(`${VM} -device vfio-platform,host=a,irqfd=false\n`));
    expect(
      found && notesOf(found).some(({ message, line }) => message.includes('x-irqfd') && line === 0),
    ).toBe(true);
  });
});
