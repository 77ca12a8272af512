import { describe, expect, it } from 'vitest';
import { resolveDevice, resolveMachine } from './resolve.ts';

const DISK = 'qemu-system-x86_64 -enable-kvm -M q35 -device virtio-blk-pci';

function whyKick(host: string): string {
  const { legs } = resolveDevice(DISK, host);
  const kick = legs.find(({ leg }) => leg === 'kick');
  return kick?.why.find(({ rule }) => rule === 'kvm-ioeventfd')?.because ?? '';
}

describe("the room on KVM's buses", () => {
  it('for six turns ioeventfd off without a message of QEMU, so there is one here', () => {
    const { problems, devices } = resolveMachine(DISK, 'qemu=7.2,kernel=2.6.33');
    expect(devices[0]?.legs[0]?.path).toBe('virtio/notify-sync');
    expect(problems.map(({ code, severity, message }) => [code, severity, message])).toEqual([
      [
        'ioeventfd-silently-unavailable',
        'warning',
        'QEMU silently turns ioeventfd off: KVM of Linux 2.6.33 has room for six ioeventfds, and QEMU 7.2 uses them only if seven fit',
      ],
    ]);
  });

  it.each([
    ['qemu=8.2,kernel=2.6.33', /up to 6 on a bus; for one more QEMU 8\.2 ends with "error adding ioeventfd"/],
    ['qemu=7.2,kernel=2.6.34', /up to 200 on a bus/],
    ['qemu=0.14,kernel=3.4', /up to 200 on a bus; for one more QEMU 0\.14 handles all notifications/],
    ['qemu=7.2,kernel=3.5', /up to 1000 on a bus/],
    ['qemu=7.2,kernel=3.11', /^KVM of Linux 3\.11 turns kicks into eventfds$/],
    ['qemu=7.2,kernel=3.10', /^KVM of Linux 3\.10 turns kicks into eventfds, up to 1000 on a bus/],
  ])('%s: %s', (host, because) => {
    expect(whyKick(host)).toMatch(because);
    expect(resolveMachine(DISK, host).problems).toEqual([]);
  });
});
