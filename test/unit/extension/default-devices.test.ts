import { describe, expect, it } from 'vitest';
import { contains } from '../../../src/base/text-range.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { triageText } from '../../../src/extension/annotations/verdict.ts';
import { outlineOf } from '../../../src/extension/assist/outline.ts';
import { allDevices, groupNodes } from '../../../src/extension/devices/device-nodes.ts';
import {
  askableDevices,
  defaultDevicesOf,
  deviceAt,
  deviceInPlace,
  deviceNamed,
  devicesOf,
} from '../../../src/extension/question/devices.ts';
import { questionFor } from '../../../src/extension/question/question.ts';
import { DeviceStore } from '../../../src/extension/what-if/device-store.ts';
import { changedSituation } from '../../../src/extension/what-if/situation.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const Q35 = 'qemu-system-x86_64 -M q35,accel=kvm';
const DEFAULTS = ['ich9-ahci', 'e1000e', 'isa-serial'];

function read(text: string) {
  const file = unwrap(readLaunchFile(text, 'vm.sh'));
  return { file, resolved: resolveFile(file, TEST_FACTS) };
}

function groupsOf(text: string) {
  const open = { uri: 'file:///vm.sh', fileName: 'vm.sh', ...read(text) };
  const store = new DeviceStore({ get: () => undefined, update: () => Promise.resolve() });
  return groupNodes([open], store, TEST_FACTS);
}

describe('devices that a machine has by default, in the editor', () => {
  const text = `${Q35} -device vfio-pci,host=1:00.0,id=nic`;
  const { file, resolved } = read(text);

  it('are not counted and not found under the cursor: lenses and hints stay with what is written', () => {
    const [machine] = resolved.machines;
    expect(machine && triageText(machine)).toBe('1 device · none on a slow path');
    expect(devicesOf(resolved).map(({ device }) => device.id)).toEqual(['nic']);
    const range = defaultDevicesOf(resolved)[0]?.device.range;
    expect(range && contains(range, { line: 0, character: text.indexOf('q35') })).toBe(true);
    expect(deviceAt(resolved, { line: 0, character: text.indexOf('q35') })).toBeUndefined();
  });

  it('are found by name and by place', () => {
    const found = deviceNamed(resolved, 'e1000e', { line: 0 });
    expect(found?.place).toEqual({ machine: 0, device: 2 });
    expect(found && deviceInPlace(resolved, found.place)).toEqual(found);
    expect(deviceInPlace(resolved, { machine: 0, device: 4 })).toBeUndefined();
  });

  it('are asked about where nothing is written', () => {
    expect(askableDevices(resolved).map(({ device }) => device.id)).toEqual(['nic']);
    expect(askableDevices(read(Q35).resolved).map(({ device }) => device.id)).toEqual(DEFAULTS);
  });

  it('stand in the tree in a group of their own, behind what is written', () => {
    const [group] = groupsOf(text);
    expect(group?.devices.map(({ found }) => found.device.id)).toEqual(['nic']);
    expect(group?.byDefault?.devices.map(({ found }) => found.device.id)).toEqual(DEFAULTS);
    expect(allDevices(groupsOf(text))).toHaveLength(4);
    expect(groupsOf('qemu-system-x86_64 -M pc,accel=kvm -nodefaults')[0]?.byDefault).toBeNull();
  });

  it('stand in the outline as what is not in the file', () => {
    const [machine] = outlineOf(file, resolved);
    expect(machine?.detail).toBe('1 device');
    expect(machine?.children.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'device nic',
      'defaults by default',
    ]);
    const defaults = machine?.children[1];
    expect(defaults?.detail).toBe('not in the file');
    expect(defaults?.children.map(({ name }) => name)).toEqual(DEFAULTS);
  });

  it('are run, and say first why they are there', () => {
    const found = deviceNamed(resolved, 'ich9-ahci', { line: 0 });
    if (!found) throw new Error('no device');
    const question = unwrap(questionFor(found, TEST_FACTS));
    expect(question.request.path).toBe('emulated/msi');
    expect(question.reasons[0]?.because).toMatch(/^q35 has it whatever .*; left out by -machine sata=off$/);
    const { found: changed } = changedSituation(file, found, { 'kernel-irqchip': 'split' }, TEST_FACTS);
    expect(changed.device.id).toBe('ich9-ahci');
    expect(changed.device.legs[0]?.settings.irqchip).toBe('split');
  });
});
