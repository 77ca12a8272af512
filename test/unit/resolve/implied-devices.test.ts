import { describe, expect, it } from 'vitest';
import { resolveMachine } from './resolve.ts';

const Q35 = 'qemu-system-x86_64 -M q35,accel=kvm';
const VIRT = 'qemu-system-aarch64 -M virt,accel=kvm';

function devices(text: string): string[] {
  return resolveMachine(text).devices.map(({ driver, legs }) =>
    [driver, ...legs.map(({ path }) => path?.replace(/^.*\//, '') ?? 'none')].join(' '),
  );
}

describe('devices of short forms', () => {
  it.each([
    ['a disk', `${Q35} -drive if=virtio,file=d`, ['virtio-blk notify-ioeventfd call-userspace']],
    ['a disk of another kind', `${Q35} -drive file=d`, []],
    ['a drive for a -device', `${Q35} -drive if=none,id=d,file=d`, []],
    [
      'a disk where virtio is the default',
      `${VIRT} -drive file=d`,
      ['virtio-blk notify-ioeventfd call-userspace'],
    ],
    ['flash', `${VIRT} -drive if=pflash,file=d`, []],
    ['what a variable holds', `${VIRT} -drive "$DRIVE"`, []],
    [
      'a card with vhost',
      `${Q35} -nic tap,model=virtio-net-pci,vhost=on`,
      ['virtio-net-pci notify-vhost call-irqfd'],
    ],
    ['by its old name', `${Q35} -nic user,model=virtio`, ['virtio-net-pci notify-ioeventfd call-userspace']],
    ['an emulated card', `${Q35} -nic user,model=e1000`, ['e1000 line doorbell-sync']],
    ['a card of a model that is not said', `${Q35} -nic user`, []],
    ['no card', `${VIRT} -nic none`, []],
    [
      'several cards',
      `${VIRT} -nic user -nic tap,vhost=on`,
      ['virtio-net-pci notify-ioeventfd call-userspace', 'virtio-net-pci notify-vhost call-irqfd'],
    ],
  ])('%s', (_, text, expected) => {
    expect(devices(text)).toEqual(expected);
  });

  it('come behind those that are asked for, and have the place of their option', () => {
    const { devices: found, problems } = resolveMachine(`${Q35} -drive if=virtio,file=d -device e1000e`);
    expect(found.map(({ id }) => id)).toEqual(['e1000e', 'virtio-blk']);
    expect(found[1]?.range.start.character).toBe(`${Q35} `.length);
    expect(problems).toEqual([]);
  });
});
