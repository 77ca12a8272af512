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
    ['a disk of the machine', `${Q35} -drive file=d`, ['ich9-ahci msi doorbell-sync']],
    ['several', `${Q35} -hda a -drive if=ide,file=b -cdrom c`, ['ich9-ahci msi doorbell-sync']],
    ['a disk of an old PC', 'kvm -M pc -hda a', ['piix3-ide']],
    ['a disk by an old option', `${VIRT} -hda d`, ['virtio-blk notify-ioeventfd call-userspace']],
    ['a CD where virtio is the default', `${VIRT} -cdrom d`, []],
    ['a drive of a kind that a variable says', `${Q35} -drive if=$IF,file=d`, []],
    ['a UART', `${Q35} -serial stdio -serial none`, ['isa-serial line doorbell-sync']],
    ['the UART of virt', `${VIRT} -serial stdio`, ['pl011 line doorbell-sync']],
    ['that of another virt', 'qemu-system-riscv64 -M virt -accel kvm -serial stdio', []],
    ['a UART of virt for the secure world', `${VIRT} -serial none -serial stdio`, []],
    ['a USB controller', `${Q35} -usb`, ['ich9-usb-ehci1']],
    ['a USB controller of an old PC', 'kvm -M pc -usb', ['piix3-usb-uhci']],
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
    ['a card of no model', `${Q35} -nic user`, ['e1000e msi doorbell-sync']],
    ['a card of no model, before QEMU 2.12', 'kvm -M pc-q35-2.11 -nic user', ['e1000 line doorbell-sync']],
    ['a card of no model in an old PC', 'kvm -M pc -nic user', ['e1000 line doorbell-sync']],
    ['a card of a model that a variable says', `${Q35} -nic user,model=$MODEL`, []],
    [
      'a card on the hub, which vhost does not reach',
      `${Q35} -net nic,model=virtio -net tap`,
      ['virtio-net-pci notify-ioeventfd call-userspace'],
    ],
    ['a card on the hub of no model', `${Q35} -net nic -net user`, ['e1000e msi doorbell-sync']],
    [
      'a card that names its backend',
      `${Q35} -netdev tap,id=n,vhost=on -net nic,netdev=n,model=virtio-net-pci`,
      ['virtio-net-pci notify-vhost call-irqfd'],
    ],
    ['no network', `${Q35} -net none`, []],
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
