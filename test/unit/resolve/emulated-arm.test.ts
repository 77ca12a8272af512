import { describe, expect, it } from 'vitest';
import { resolveMachine } from './resolve.ts';

const VIRT = 'qemu-system-aarch64 -M virt,accel=kvm';

describe('a run of an emulated device on Arm', () => {
  it.each([
    ['the UART of the machine', `${VIRT} -serial stdio`, { device: 'pl011', arch: 'arm' }],
    ['e1000e', `${VIRT} -device e1000e`, { device: 'e1000e', arch: 'arm' }],
    ['AHCI with a GICv3', `${VIRT},gic-version=3 -device ahci`, { device: 'ich9-ahci', gic: '3' }],
    ['NVMe', `${VIRT} -device nvme,serial=1,ioeventfd=on`, { device: 'nvme', kick: 'ioeventfd' }],
  ])('%s is given what the file says', (_, text, expected) => {
    const legs = resolveMachine(text).devices[0]?.legs ?? [];
    const runs = legs.filter(({ canRun }) => canRun);
    expect(runs.length).toBeGreaterThan(0);
    expect(Object.assign({}, ...runs.map(({ settings }) => settings))).toMatchObject(expected);
  });

  it('goes by the line where the guest uses no messages', () => {
    const { devices } = resolveMachine(`${VIRT} -device nvme,serial=1 -append pci=nomsi -kernel Image`);
    expect(devices[0]?.legs.map(({ path, canRun }) => [path, canRun])).toEqual([
      ['emulated/line', true],
      ['emulated/doorbell-sync', true],
    ]);
  });

  it('is not made of a UART that somebody plugs in', () => {
    const { devices, problems } = resolveMachine(`${VIRT} -device pl011`);
    expect(devices[0]?.legs.map(({ path }) => path)).toEqual([null, null]);
    expect(problems.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('expected -serial'),
    );
  });
});
