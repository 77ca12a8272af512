import { describe, expect, it } from 'vitest';
import { resolveMachine } from './resolve.ts';

const Q35 = 'qemu-system-x86_64 -M q35,accel=kvm';
const CONSOLE = '-chardev stdio,id=c -device virtconsole,chardev=c';

describe('a virtio console', () => {
  it('runs with what the file says of its controller', () => {
    const { devices } = resolveMachine(`${Q35} -device virtio-serial-pci,id=s ${CONSOLE},bus=s.0`);
    expect(devices[0]?.legs.map(({ path, canRun }) => [path, canRun])).toEqual([
      ['virtio/notify-ioeventfd', true],
      ['virtio/call-userspace', true],
    ]);
    for (const { settings } of devices[0]?.legs ?? [])
      expect(settings).toMatchObject({ device: 'virtio-serial' });
    expect(devices[1]?.note).toContain('those of s (virtio-serial-pci) tell of its work');
  });

  it('is served in the vCPU thread with ioeventfd=off, and interrupts by a line with vectors=0', () => {
    const { devices } = resolveMachine(`${Q35} -device virtio-serial-pci,ioeventfd=off,vectors=0`);
    expect(devices[0]?.legs.map(({ path, canRun }) => [path, canRun])).toEqual([
      ['virtio/notify-sync', true],
      ['virtio/call-intx', true],
    ]);
    expect(devices[0]?.legs[1]?.settings).toMatchObject({ kick: 'sync' });
  });

  it('on Arm, or on virtio-mmio, is said not to be modelled', () => {
    const virt = resolveMachine('qemu-system-aarch64 -M virt,accel=kvm -device virtio-serial-device');
    for (const { note, canRun } of virt.devices[0]?.legs ?? []) {
      expect(canRun).toBe(false);
      expect(note).toContain('arch=x86 only');
    }
  });
});
