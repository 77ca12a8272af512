import { describe, expect, it } from 'vitest';
import { resolveDevice } from './resolve.ts';

const VIRT = 'qemu-system-aarch64 -cpu host -M virt,accel=kvm,gic-version=';

/** The path of each leg. */
function paths(text: string, host?: string): (string | null)[] {
  return resolveDevice(text, host).legs.map(({ path }) => path?.replace('virtio/', '') ?? null);
}

describe('a virtio disk on Arm with KVM resolves to a path of each leg that can be run', () => {
  it.each([
    ['2 -device virtio-blk-device', 'qemu=7.2', ['notify-ioeventfd', 'call-intx']],
    ['2 -device virtio-blk-device', 'qemu=10.1', ['notify-ioeventfd', 'call-intx']],
    [
      '2 -global virtio-mmio.ioeventfd=off -device virtio-blk-device',
      'qemu=7.2',
      ['notify-sync', 'call-intx'],
    ],
    [
      '3 -object iothread,id=io -device virtio-blk-device,iothread=io',
      'qemu=10.1',
      ['notify-iothread', 'call-intx'],
    ],
    ['3 -device virtio-blk-pci', 'qemu=7.2', ['notify-ioeventfd', 'call-irqfd']],
    ['3 -device virtio-blk-pci', 'qemu=10.1', ['notify-ioeventfd', 'call-userspace']],
    ['3 -device virtio-blk-pci,ioeventfd=off', 'qemu=7.2', ['notify-sync', 'call-userspace']],
    ['2 -device virtio-blk-pci', 'qemu=7.2', ['notify-ioeventfd', 'call-irqfd']],
    ['2 -device virtio-blk-pci,vectors=0', 'qemu=7.2', ['notify-ioeventfd', 'call-intx']],
    [
      '3 -object iothread,id=io -device virtio-blk-pci,iothread=io',
      'qemu=10.1',
      ['notify-iothread', 'call-irqfd'],
    ],
  ])('gic-version=%s, %s', (rest, host, expected) => {
    expect(paths(VIRT + rest, host)).toEqual(expected);
    for (const { canRun, note } of resolveDevice(VIRT + rest, host).legs) {
      expect({ canRun, note }).toEqual({ canRun: true, note: null });
    }
  });

  it('but for a GIC that QEMU emulates and a port that lies in memory', () => {
    for (const device of [
      '3,kernel-irqchip=off -device virtio-blk-pci',
      '3 -device virtio-blk-pci,disable-modern=on',
    ]) {
      for (const { canRun } of resolveDevice(VIRT + device).legs) expect(canRun).toBe(false);
    }
  });
});
