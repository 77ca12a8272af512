import { describe, expect, it } from 'vitest';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';
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

  it('is made of the UART of a domain of libvirt, by whatever name', () => {
    const serials = [
      "<serial type='pty'/>",
      "<serial type='pty'><target type='system-serial' port='0'><model name='pl011'/></target></serial>",
      "<console type='pty'/>",
    ];
    for (const serial of serials) {
      const text = `<domain type='kvm'><os><type arch='aarch64' machine='virt'>hvm</type></os><devices>${serial}</devices></domain>`;
      const file = unwrap(readLaunchFile(text, 'vm.xml'));
      const [machine] = resolveFile(file, TEST_FACTS).machines;
      const uart = machine?.devices.find(({ id }) => id === 'pl011');
      expect(uart?.legs.map(({ path }) => path)).toEqual(['emulated/line', 'emulated/doorbell-sync']);
    }
  });

  it('is not made of a UART that somebody plugs in', () => {
    const { devices, problems } = resolveMachine(`${VIRT} -device pl011`);
    expect(devices[0]?.legs.map(({ path }) => path)).toEqual([null, null]);
    expect(problems.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('expected -serial'),
    );
  });
});
