import { describe, expect, it } from 'vitest';
import { optionOfDriver, optionOfMachine } from '../../../src/catalog/options.ts';
import type { LaunchFile } from '../../../src/config/launch-file.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { decidingAlternative, otherValues } from '../../../src/extension/question/alternatives.ts';
import { deviceInPlace } from '../../../src/extension/question/devices.ts';
import { deviceOptions, valueChoices, valueProblem } from '../../../src/extension/what-if/device-options.ts';
import { editsFor } from '../../../src/extension/what-if/file-edits.ts';
import type { Change } from '../../../src/extension/what-if/overlay.ts';
import { deviceSituation } from '../../../src/extension/what-if/situation.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const VM = 'qemu-system-aarch64 -M virt,gic-version=2,accel=kvm';
const XGMAC = '-device vfio-calxeda-xgmac,host=a';
const FIRST = { machine: 0, device: 0 };

const read = (text: string): LaunchFile => unwrap(readLaunchFile(text, 'vm.sh'));

function change(name: string, value: string): Change {
  const option = optionOfDriver('vfio-platform', name) ?? optionOfMachine(name);
  if (!option) throw new Error(`no option ${name}`);
  return { option, value };
}

function found(text: string, place = FIRST) {
  const file = read(text);
  const device = deviceInPlace(resolveFile(file, TEST_FACTS), place);
  if (!device) throw new Error('no device');
  return { file, device };
}

function situation(text: string, overlay: Record<string, string>) {
  const { file, device } = found(text);
  return deviceSituation(file, device, overlay, TEST_FACTS);
}

describe('a what-if on a device', () => {
  it('is resolved as if it stood in the file, which stays as it was', () => {
    const { found: there, original, changes } = situation(`${VM} ${XGMAC},x-irqfd=off`, { 'x-irqfd': 'on' });
    expect(original.device.legs[0]?.path).toBe('vfio-platform/userspace');
    expect(there.device.legs[0]?.path).toBe('vfio-platform/irqfd');
    expect(changes).toMatchObject([{ value: 'on', from: 'off' }]);
  });

  it.each(['irqfd=false', 'nox-irqfd', 'x-irqfd=no'])('replaces the option in the spelling %s', (written) => {
    const { found: there, changes } = situation(`${VM} ${XGMAC},${written}`, { 'x-irqfd': 'on' });
    expect(there.device.legs[0]?.path).toBe('vfio-platform/irqfd');
    expect(changes).toMatchObject([{ from: 'off' }]);
  });

  it('wins over -global and -set', () => {
    for (const outside of [`-global vfio-platform.x-irqfd=off`, `-set device.eth0.x-irqfd=off`]) {
      const text = `${VM} ${XGMAC},id=eth0 ${outside}`;
      expect(situation(text, {}).found.device.legs[0]?.path).toBe('vfio-platform/userspace');
      expect(situation(text, { 'x-irqfd': 'on' }).found.device.legs[0]?.path).toBe('vfio-platform/irqfd');
    }
  });

  it('is none where it says what the file says, or where the device has no such option', () => {
    expect(situation(`${VM} ${XGMAC}`, { 'x-irqfd': 'on', 'gic-version': '3' }).changes).toEqual([]);
  });

  it('reaches the simulation of the path', () => {
    const { found: there } = situation(`${VM} ${XGMAC},x-irqfd=off`, { 'mmap-timeout-ms': '7' });
    expect(there.device.legs[0]?.settings).toEqual({ mmapTimeoutMs: 7 });
  });
});

describe('the options of a device', () => {
  it('are those that change the way of an interrupt, with the value that QEMU gets', () => {
    const { file } = found(`${VM} ${XGMAC},irqfd=false -global vfio-platform.mmap-timeout-ms=5`);
    const options = deviceOptions(file, FIRST, TEST_FACTS);
    expect(options.map(({ option, value, isDefault }) => [option.name, value, isDefault])).toEqual([
      ['x-irqfd', 'off', false],
      ['mmap-timeout-ms', '5', false],
      ['x-no-mmap', 'off', true],
    ]);
  });

  it('are of an assigned PCI device what decides about its interrupts, and what-ifs on them count', () => {
    const text = 'qemu-system-x86_64 -M q35,accel=kvm -device vfio-pci,host=01:00.0,x-no-kvm-msi=on,x-vga=on';
    const { file, device } = found(text);
    const options = deviceOptions(file, FIRST, TEST_FACTS);
    expect(options.map(({ option, value, isDefault }) => [option.name, value, isDefault])).toEqual([
      ['x-no-kvm-msix', 'off', true],
      ['x-no-kvm-msi', 'on', false],
      ['x-no-kvm-intx', 'off', true],
      ['x-intx-mmap-timeout-ms', '1100', true],
      ['x-no-mmap', 'off', true],
    ]);
    const there = deviceSituation(file, device, { 'x-no-kvm-msix': 'on', 'x-no-mmap': 'on' }, TEST_FACTS);
    expect(there.found.device.legs[0]).toMatchObject({
      path: 'vfio-pci/msi-userspace',
      settings: { mmap: 'off' },
    });
    const changes = there.changes.map(({ option, value }) => ({ option, value }));
    const [edit, ...others] = unwrap(editsFor(text, 'vm.sh', FIRST, changes, TEST_FACTS));
    expect(edit?.text).toBe(',x-no-kvm-msix=on,x-no-mmap=on');
    expect(others).toEqual([]);
  });

  it('are those of the assumed release', () => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu: '2.4' } };
    const names = deviceOptions(read(`${VM} ${XGMAC}`), FIRST, facts).map(({ option }) => option.name);
    expect(names).toEqual(['x-irqfd', 'mmap-timeout-ms']);
  });

  it('may be names of other parts of the machine: another one is another way', () => {
    const x86 = 'qemu-system-x86_64 -M q35,accel=kvm';
    const text = `${x86} -device virtio-blk-pci,drive=d -drive if=none,id=d,file=a -object iothread,id=io0`;
    expect(situation(text, {}).found.device.legs[0]?.path).toBe('virtio/notify-ioeventfd');
    const there = situation(text, { iothread: 'io0' });
    expect(there.found.device.legs[0]?.path).toBe('virtio/notify-iothread');
    expect(there.changes).toMatchObject([{ value: 'io0', from: '?' }]);
    const changes = there.changes.map(({ option, value }) => ({ option, value }));
    const [edit] = unwrap(editsFor(text, 'vm.sh', FIRST, changes, TEST_FACTS));
    expect(edit?.text).toBe(',iothread=io0');
  });

  it('are offered with what is to be known about each value', () => {
    const option = optionOfMachine('kernel-irqchip');
    const choices = option ? valueChoices(option, 'split', '10.1') : [];
    expect(choices.filter(({ isPresent }) => isPresent).map(({ value }) => value)).toEqual(['split']);
    expect(choices.map(({ value }) => value)).toEqual(['on', 'off', 'split']);
    expect(choices.filter(({ isDefault }) => isDefault).length).toBeLessThan(2);
  });

  it('take only values of their type', () => {
    const { type } = change('mmap-timeout-ms', '').option;
    expect(valueProblem(type, '0')).toBeUndefined();
    expect(valueProblem(type, '0x10')).toBeUndefined();
    for (const wrong of ['', '-1', '1.5', 'on', '4294967296'])
      expect(valueProblem(type, wrong)).toBeDefined();
    const id = { kind: 'text', meaning: 'id of an -object iothread' } as const;
    expect(valueProblem(id, 'io0')).toBeUndefined();
    for (const wrong of ['', '0', 'a b', 'a,b']) expect(valueProblem(id, wrong)).toMatch(/^id of an -object/);
    expect(valueProblem({ kind: 'boolean' }, 'off')).toBeUndefined();
    expect(valueProblem({ kind: 'boolean' }, 'maybe')).toBeDefined();
  });
});

describe('applying a what-if to its file', () => {
  const applied = (text: string, changes: readonly Change[], place = FIRST): string => {
    const edits = unwrap(editsFor(text, 'vm.sh', place, changes, TEST_FACTS));
    const lines = text.split('\n');
    const offset = ({ line, character }: { line: number; character: number }): number =>
      lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0) + character;
    return edits
      .toSorted((a, b) => offset(b.range.start) - offset(a.range.start))
      .reduce(
        (sum, { range, text: words }) =>
          sum.slice(0, offset(range.start)) + words + sum.slice(offset(range.end)),
        text,
      );
  };
  const ON = change('x-irqfd', 'on');
  const OFF = change('x-irqfd', 'off');

  it.each([
    ['replaces the value', `${VM} ${XGMAC},x-irqfd=off -smp 1`, [ON], `${VM} ${XGMAC},x-irqfd=on -smp 1`],
    ['adds what is missing', `${VM} ${XGMAC} -smp 1`, [OFF], `${VM} ${XGMAC},x-irqfd=off -smp 1`],
    ['writes the name of today', `${VM} ${XGMAC},irqfd=false`, [ON], `${VM} ${XGMAC},x-irqfd=on`],
    ['gives a bare key its value', `${VM} ${XGMAC},nox-irqfd`, [ON], `${VM} ${XGMAC},x-irqfd=on`],
    [
      'stays inside of quotes around the device',
      `${VM} -device "vfio-calxeda-xgmac,host=a" -smp 1`,
      [OFF],
      `${VM} -device "vfio-calxeda-xgmac,host=a,x-irqfd=off" -smp 1`,
    ],
    [
      'goes behind quotes around the last value',
      `${VM} -device vfio-calxeda-xgmac,host="a" -smp 1`,
      [OFF],
      `${VM} -device vfio-calxeda-xgmac,host="a",x-irqfd=off -smp 1`,
    ],
    [
      'keeps to JSON and its types',
      `${VM} -device '{"driver": "vfio-calxeda-xgmac", "x-irqfd": false}'`,
      [ON, change('mmap-timeout-ms', '110')],
      `${VM} -device '{"driver": "vfio-calxeda-xgmac", "x-irqfd": true, "mmap-timeout-ms": 110}'`,
    ],
    [
      'edits where the value comes from a variable only this device uses',
      `D=vfio-calxeda-xgmac,host=a,x-irqfd=off\n${VM} -device $D`,
      [ON],
      `D=vfio-calxeda-xgmac,host=a,x-irqfd=on\n${VM} -device $D`,
    ],
    [
      'leaves a default of -global to the other devices',
      `${VM} ${XGMAC} -global vfio-platform.x-irqfd=off`,
      [ON],
      `${VM} ${XGMAC},x-irqfd=on -global vfio-platform.x-irqfd=off`,
    ],
    [
      'works on continued lines',
      `${VM} \\\n  ${XGMAC} \\\n  -smp 1\n`,
      [OFF],
      `${VM} \\\n  ${XGMAC},x-irqfd=off \\\n  -smp 1\n`,
    ],
  ])('%s', (_, text, changes, expected) => {
    expect(applied(text, changes)).toBe(expected);
  });

  it('edits the device that is meant among equal ones', () => {
    const text = `${VM} ${XGMAC} ${XGMAC}`;
    expect(applied(text, [OFF], { machine: 0, device: 1 })).toBe(`${text},x-irqfd=off`);
  });

  it('refuses what would change another device too, and a device that is gone', () => {
    const shared = `D=vfio-calxeda-xgmac,host=a,x-irqfd=off\n${VM} -device $D -device $D`;
    expect(editsFor(shared, 'vm.sh', FIRST, [ON], TEST_FACTS)).toMatchObject({ ok: false });
    expect(editsFor(VM, 'vm.sh', FIRST, [ON], TEST_FACTS)).toMatchObject({ ok: false });
  });
});

describe('the option that decides', () => {
  const deciding = (text: string) => {
    const { file, device } = found(text);
    const other = decidingAlternative(file, device, TEST_FACTS);
    return other && [other.option.name, other.value, other.other];
  };

  it('is the first whose other value sends the interrupt another way', () => {
    expect(deciding(`${VM} ${XGMAC},x-irqfd=off`)).toEqual(['x-irqfd', 'off', 'on']);
    expect(deciding(`${VM} ${XGMAC}`)).toEqual(['x-irqfd', 'on', 'off']);
  });

  it('is the version of the GIC where x-irqfd is on in vain', () => {
    expect(deciding(`${VM.replace('=2', '=3')} ${XGMAC},x-irqfd=on`)).toEqual(['gic-version', '3', '2']);
  });

  it('is none where both together would be needed, or where there is no path', () => {
    expect(deciding(`${VM.replace('=2', '=3')} ${XGMAC},x-irqfd=off`)).toBeUndefined();
    expect(deciding(`${VM.replace('kvm', 'tcg')} ${XGMAC}`)).toBeUndefined();
  });

  it('is compared with values that differ from the present one', () => {
    expect(otherValues(change('x-irqfd', '').option, 'on')).toEqual(['off']);
    expect(otherValues(change('mmap-timeout-ms', '').option, '110')).toEqual(['1100', '0']);
    expect(otherValues(change('mmap-timeout-ms', '').option, '1100')).toEqual(['0']);
  });
});
