import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveDevice, resolveMachine } from './resolve.ts';

const Q35 = 'qemu-system-x86_64 -M q35,accel=kvm';
const PC_OF = (version: string) => `qemu-system-x86_64 -M pc-q35-${version},accel=kvm`;
const VIRT = 'qemu-system-aarch64 -M virt,accel=kvm';
const MICROVM = 'qemu-system-x86_64 -M microvm,accel=kvm';
const BLK = '-blockdev driver=file,node-name=d,filename=d.img -device virtio-blk-pci,drive=d';
const SCSI = '-device virtio-scsi-pci';
const IO = '-object iothread,id=io';
const NET = '-device virtio-net-pci,netdev=n';
const TAP = '-netdev tap,id=n';
const SHARED =
  '-object memory-backend-memfd,id=m,size=1G -chardev socket,id=c,path=/s -machine memory-backend=m';

/** The paths of the legs, without what all have in front: `notify-sync call-intx`. */
function paths(text: string, host?: string, guest?: string): string {
  const { legs } = resolveDevice(text, host, guest);
  return legs.map(({ path }) => path?.replace('virtio/', '') ?? 'none').join(' ');
}

describe('the legs of a virtio device', () => {
  it('are the kick and the call', () => {
    expect(resolveDevice(`${Q35} ${BLK}`).legs.map(({ leg }) => leg)).toEqual(['kick', 'call']);
  });

  it.each([
    ['a disk today', `${Q35} ${BLK}`, 'qemu=10.1', 'notify-ioeventfd call-userspace'],
    ['a disk from 9.0 on', `${Q35} ${BLK}`, 'qemu=9.0', 'notify-ioeventfd call-userspace'],
    ['a disk up to 8.2', `${Q35} ${BLK}`, 'qemu=8.2', 'notify-ioeventfd call-irqfd'],
    ['a disk from 2.8 on', `${Q35} ${BLK}`, 'qemu=2.8', 'notify-ioeventfd call-irqfd'],
    ['a disk up to 2.7', `${Q35} ${BLK}`, 'qemu=2.7', 'notify-ioeventfd call-userspace'],
    ['a disk of 2010', `${Q35} ${BLK}`, 'qemu=0.13', 'notify-sync call-userspace'],
    ['by its short name', `${Q35} -device virtio-blk`, undefined, 'notify-ioeventfd call-userspace'],
    [
      'its modern form',
      `${Q35} -device virtio-blk-pci-non-transitional`,
      'qemu=8.2',
      'notify-ioeventfd call-irqfd',
    ],
    ['a SCSI adapter up to 10.1', `${Q35} ${SCSI}`, 'qemu=10.1', 'notify-ioeventfd call-irqfd'],
    ['a SCSI adapter from 10.2 on', `${Q35} ${SCSI}`, 'qemu=10.2', 'notify-ioeventfd call-userspace'],
    [
      'ioeventfd=off takes irqfd away',
      `${Q35} ${BLK},ioeventfd=off`,
      'qemu=7.2',
      'notify-sync call-userspace',
    ],
    [
      'also by -global',
      `${Q35} ${BLK} -global virtio-blk-pci.ioeventfd=off`,
      'qemu=7.2',
      'notify-sync call-userspace',
    ],
    ['an IOThread', `${Q35} ${IO} ${BLK},iothread=io`, 'qemu=10.2', 'notify-iothread call-irqfd'],
    ['an IOThread of SCSI', `${Q35} ${IO} ${SCSI},iothread=io`, undefined, 'notify-iothread call-irqfd'],
    ['x-data-plane', `${Q35} ${BLK},x-data-plane=on`, 'qemu=2.0', 'notify-iothread call-irqfd'],
    ['vectors=0', `${Q35} ${BLK},vectors=0`, 'qemu=7.2', 'notify-ioeventfd call-intx'],
    [
      'vectors=0 with an IOThread',
      `${Q35} ${IO} ${BLK},iothread=io,vectors=0x0`,
      undefined,
      'notify-iothread call-intx',
    ],
    ['pci=nomsi', `${Q35} -append pci=nomsi ${BLK}`, undefined, 'notify-ioeventfd call-intx'],
    ['a serial port', `${Q35} -device virtio-serial-pci`, undefined, 'notify-ioeventfd call-userspace'],
    [
      'a source of random numbers',
      `${Q35} -device virtio-rng-pci`,
      undefined,
      'notify-ioeventfd call-userspace',
    ],
    ['before it had MSI-X', `${Q35} -device virtio-rng-pci`, 'qemu=7.1', 'notify-sync call-intx'],
    ['in an old machine', `${PC_OF('7.1')} -device virtio-rng-pci`, undefined, 'notify-ioeventfd call-intx'],
    [
      'a balloon in an old machine',
      `${PC_OF('9.2')} -device virtio-balloon-pci`,
      undefined,
      'notify-ioeventfd call-intx',
    ],
    [
      'with vectors by hand',
      `${PC_OF('9.2')} -device virtio-balloon-pci,vectors=2`,
      undefined,
      'notify-ioeventfd call-userspace',
    ],
    [
      'a shared directory',
      `${Q35} -device virtio-9p-pci,fsdev=f,mount_tag=t`,
      undefined,
      'notify-ioeventfd call-userspace',
    ],
    ['six slots in KVM', `${Q35} ${BLK}`, 'qemu=7.2,kernel=2.6.33', 'notify-sync call-userspace'],
    ['nobody counts them any more', `${Q35} ${BLK}`, 'qemu=8.2,kernel=2.6.33', 'notify-ioeventfd call-irqfd'],
  ])('%s', (_, text, host, expected) => {
    expect(paths(text, host)).toBe(expected);
  });

  it.each([
    [
      'Arm, where the line is a GIC input',
      `${VIRT} -append pci=nomsi ${BLK}`,
      undefined,
      'notify-ioeventfd call-intx',
    ],
    ['virtio-mmio has a line', `${VIRT} -device virtio-blk-device`, undefined, 'notify-ioeventfd call-intx'],
    ['of microvm too', `${MICROVM} -device virtio-blk-device`, undefined, 'notify-ioeventfd call-intx'],
    [
      'whose ioeventfd is the transport’s',
      `${VIRT} -global virtio-mmio.ioeventfd=off -device virtio-blk-device`,
      undefined,
      'notify-sync call-intx',
    ],
    ['which had none before 2.4', `${VIRT} -device virtio-blk-device`, 'qemu=2.3', 'notify-sync call-intx'],
    [
      'with an IOThread',
      `${VIRT} ${IO} -device virtio-blk-device,iothread=io`,
      undefined,
      'notify-iothread call-intx',
    ],
    [
      'irqchip in QEMU',
      `${VIRT},kernel-irqchip=off ${IO} ${BLK},iothread=io`,
      undefined,
      'notify-iothread call-userspace',
    ],
    [
      'split',
      `${Q35},kernel-irqchip=split ${IO} ${BLK},iothread=io`,
      undefined,
      'notify-iothread call-irqfd',
    ],
    ['no ITS, so no MSI-X', `${VIRT},gic-version=3,its=off ${BLK}`, undefined, 'notify-ioeventfd call-intx'],
  ])('depend on the machine: %s', (_, text, host, expected) => {
    expect(paths(text, host)).toBe(expected);
  });
});

describe('the backend of a network card', () => {
  const user = 'notify-ioeventfd call-userspace';
  const vhost = 'notify-vhost call-irqfd';
  it.each([
    ['tap without vhost', `${Q35} ${TAP} ${NET}`, undefined, user],
    ['vhost=on', `${Q35} ${TAP},vhost=on ${NET}`, undefined, vhost],
    ['vhost=off wins', `${Q35} ${TAP},vhost=off,vhostforce=on,vhostfd=9 ${NET}`, undefined, user],
    ['vhostfd=', `${Q35} ${TAP},fd=8,vhostfd=9 ${NET}`, undefined, vhost],
    ['vhostforce=on', `${Q35} ${TAP},vhostforce=on ${NET}`, undefined, vhost],
    ['in JSON', `${Q35} -netdev '{"type":"tap","id":"n","vhost":true}' ${NET}`, undefined, vhost],
    [
      'vhost takes the notifiers in any case',
      `${Q35} ${TAP},vhost=on ${NET},ioeventfd=off`,
      undefined,
      vhost,
    ],
    ['none before 2.9', `${Q35} ${TAP} ${NET}`, 'qemu=2.8', 'notify-sync call-userspace'],
    ['none before 2.9, but by hand', `${Q35} ${TAP} ${NET},ioeventfd=on`, 'qemu=2.8', user],
    [
      'since 2.9 in old machines too',
      `qemu-system-x86_64 -M pc-i440fx-2.8,accel=kvm ${TAP} ${NET}`,
      undefined,
      user,
    ],
    ['user', `${Q35} -netdev user,id=n ${NET}`, undefined, user],
    ['no backend', `${Q35} -device virtio-net-pci`, undefined, user],
    [
      'vhost-user',
      `${Q35} ${SHARED} -netdev vhost-user,id=n,chardev=c ${NET}`,
      undefined,
      'notify-vhost-user call-irqfd',
    ],
    [
      'passt',
      `${Q35} ${SHARED} -netdev passt,id=n,vhost-user=on ${NET}`,
      undefined,
      'notify-vhost-user call-irqfd',
    ],
    [
      'vhost does not count the slots of KVM',
      `${Q35} ${TAP},vhost=on ${NET}`,
      'qemu=7.2,kernel=2.6.33',
      vhost,
    ],
    [
      'vhost on virtio-mmio',
      `${VIRT} ${TAP},vhost=on -device virtio-net-device,netdev=n`,
      undefined,
      'notify-vhost call-intx',
    ],
    [
      'vhost, irqchip in QEMU',
      `${VIRT},kernel-irqchip=off ${TAP},vhost=on ${NET}`,
      undefined,
      'notify-vhost call-userspace',
    ],
  ])('%s', (_, text, host, expected) => {
    expect(paths(text, host)).toBe(expected);
  });

  it.each([
    ['today', '', 'qemu=10.1', 'notify-vhost call-intx'],
    ['ignored before 2.6', '', 'qemu=2.5', 'notify-sync call-intx'],
    ['unless forced', ',vhostforce=on', 'qemu=2.5', 'notify-vhost call-intx'],
  ])('vhost for a guest without MSI-X: %s', (_, force, host, expected) => {
    expect(paths(`${Q35} ${TAP},vhost=on${force} ${NET}`, host, 'msi=off')).toBe(expected);
  });
});

describe('devices that QEMU does not serve', () => {
  it.each([
    ['vhost-scsi-pci,wwpn=naa.5', 'notify-vhost call-irqfd'],
    ['vhost-vsock-pci,guest-cid=3', 'notify-vhost call-irqfd'],
    ['vhost-vsock-pci-non-transitional,guest-cid=3', 'notify-vhost call-irqfd'],
    ['vhost-user-blk-pci,chardev=c', 'notify-vhost-user call-irqfd'],
    ['vhost-user-fs-pci,chardev=c,tag=t', 'notify-vhost-user call-irqfd'],
    ['vhost-user-blk-pci,chardev=c,vectors=0', 'notify-vhost-user call-intx'],
  ])('%s', (device, expected) => {
    expect(paths(`${Q35} ${SHARED} -device ${device}`)).toBe(expected);
  });
});

describe('what is said about a virtio device', () => {
  it('is every reason with option, value, default and source', () => {
    const [kick, call] = resolveDevice(`${Q35} ${BLK}`).legs;
    expect(kick?.why.find(({ rule }) => rule === 'ioeventfd')).toMatchObject({
      because: 'ioeventfd is on (default)',
      option: 'ioeventfd',
      value: 'on',
      isDefault: true,
      source: 'QEMU hw/virtio/virtio-pci.c virtio_pci_ioeventfd_enabled',
    });
    expect(call?.why.at(-1)).toMatchObject({ rule: 'guest-notifier' });
    expect(call?.why.at(-1)?.because).toMatch(/^the main loop of QEMU 10\.1 .*since 9\.0/);
    for (const { source } of [...(kick?.why ?? []), ...(call?.why ?? [])]) expect(source).not.toBe('');
  });

  it('is what another guest would do', () => {
    const [kick, call] = resolveDevice(`${Q35} ${BLK}`).legs;
    expect(kick?.alternatives).toEqual([]);
    expect(call?.alternatives).toEqual([
      { path: 'virtio/call-intx', when: 'the guest uses INTx (pci=nomsi)' },
    ]);
  });

  it('is a case for each value that the file does not say', () => {
    const [kick, call] = resolveDevice(`${Q35} ${BLK},ioeventfd=$E`, 'qemu=7.2').legs;
    expect(kick).toMatchObject({
      path: null,
      alternatives: [
        { path: 'virtio/notify-ioeventfd', when: 'ioeventfd ($E) is on' },
        { path: 'virtio/notify-sync', when: 'ioeventfd ($E) is off' },
      ],
    });
    expect(call?.alternatives.slice(0, 2)).toEqual([
      { path: 'virtio/call-irqfd', when: 'ioeventfd ($E) is on' },
      { path: 'virtio/call-userspace', when: 'ioeventfd ($E) is off' },
    ]);
  });

  it('is which backends a netdev of a variable can be', () => {
    const [kick] = resolveDevice(`${Q35} -netdev $NETDEV ${NET}`).legs;
    expect(kick?.alternatives.map(({ path }) => path)).toEqual([
      'virtio/notify-vhost-user',
      'virtio/notify-vhost',
      'virtio/notify-ioeventfd',
    ]);
    const [known] = resolveDevice(`${Q35} ${TAP},vhost=$V ${NET}`).legs;
    expect(known?.alternatives).toEqual([
      { path: 'virtio/notify-vhost', when: 'the netdev is a tap with vhost=on' },
      { path: 'virtio/notify-ioeventfd', when: 'the netdev has no vhost' },
    ]);
  });

  it('is nothing about an IOThread whose id alone is not known', () => {
    expect(paths(`${Q35} ${BLK},iothread=$IO`)).toBe('notify-iothread call-irqfd');
  });
});

describe('any configuration', () => {
  const text = fc
    .record({
      machine: fc.constantFrom(
        Q35,
        VIRT,
        PC_OF('2.8'),
        'kvm',
        `${Q35},kernel-irqchip=split`,
        `${Q35},accel=$A`,
      ),
      device: fc.constantFrom(BLK, SCSI, NET, '-device virtio-rng-pci', '-device virtio-blk-device'),
      more: fc.constantFrom('', TAP, `${TAP},vhost=on`, `${TAP},vhost=$V`, '-netdev $N', IO),
      ioeventfd: fc.constantFrom('', ',ioeventfd=off', ',ioeventfd=$E'),
      vectors: fc.constantFrom('', ',vectors=0', ',vectors=$M'),
      thread: fc.constantFrom('', ',iothread=io'),
    })
    .map(
      ({ machine, device, more, ioeventfd, vectors, thread }) =>
        `${machine} ${more} ${device}${ioeventfd}${vectors}${thread}`,
    );
  const host = fc.constantFrom('qemu=10.2', 'qemu=10.1', 'qemu=8.2', 'qemu=2.5', 'qemu=7.2,kernel=2.6.33');
  const PATHS = [
    ['notify-vhost-user', 'notify-vhost', 'notify-iothread', 'notify-ioeventfd', 'notify-sync'],
    ['call-irqfd', 'call-userspace', 'call-intx'],
  ];

  it('gives every path a place: taken, a case, or rejected with a reason', () => {
    fc.assert(
      fc.property(text, host, (command, facts) => {
        resolveDevice(command, facts).legs.forEach(({ path, alternatives, rejected, note }, i) => {
          if (path === null && alternatives.every((one) => one.path === null)) {
            expect(note).not.toBeNull();
            return;
          }
          const named = [path, ...alternatives.map((one) => one.path), ...rejected.map((one) => one.path)];
          for (const name of PATHS[i] ?? []) expect(named).toContain(`virtio/${name}`);
        });
      }),
    );
  });

  it('never calls by irqfd where nothing but the main loop works without eventfds, nor by messages without vectors', () => {
    fc.assert(
      fc.property(text, host, (command, facts) => {
        const [kick, call] = resolveDevice(command, facts).legs;
        if (kick?.path === 'virtio/notify-sync') expect(call?.path).not.toBe('virtio/call-irqfd');
        if (command.includes('vectors=0') && command.includes('-pci') && call?.path != null) {
          expect(call.path).toBe('virtio/call-intx');
        }
      }),
    );
  });

  it('gives a guest without MSI the call that the answer for the others names as its case', () => {
    fc.assert(
      fc.property(text, host, (command, facts) => {
        const [, usual] = resolveDevice(command, facts).legs;
        const [, without] = resolveDevice(command, facts, 'msi=off').legs;
        const cases = [...(usual?.alternatives.map(({ path }) => path) ?? []), usual?.path];
        if (without?.path !== undefined) expect(cases).toContain(without.path ?? null);
      }),
    );
  });

  it('resolves thousands of devices, each with its backend', () => {
    const cards = Array.from({ length: 1_000 }, (_, i) => {
      return `-netdev tap,id=n${i},vhost=on -device virtio-net-pci,netdev=n${i},id=d${i}`;
    });
    const { devices, problems } = resolveMachine(`${Q35} ${cards.join(' ')}`);
    expect(devices.filter(({ legs }) => legs[0]?.path === 'virtio/notify-vhost')).toHaveLength(1_000);
    expect(problems).toEqual([]);
  });
});
