import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PathSettings } from '../../../src/paths/path.ts';
import { resolveDevice } from './resolve.ts';

const Q35 = 'qemu-system-x86_64 -M q35,accel=kvm';
const BLK = '-device virtio-blk-pci';
const IO = '-object iothread,id=io';

/** What the legs of the device are run with, in one. */
function settings(text: string, host?: string): PathSettings {
  const [kick, call] = resolveDevice(text, host).legs;
  return { ...kick?.settings, ...call?.settings };
}

function notes(text: string, host?: string, guest?: string): (string | null)[] {
  return resolveDevice(text, host, guest).legs.map(({ note }) => note);
}

describe('a run of a virtio disk gets from the file', () => {
  it.each<[string, string, string | undefined, PathSettings]>([
    ['its doorbell in memory', `${Q35} ${BLK}`, undefined, { transport: 'modern' }],
    ['the legacy one', `${Q35} ${BLK},disable-modern=on`, undefined, { transport: 'legacy' }],
    ['by -global', `${Q35} -global virtio-pci.disable-modern=on ${BLK}`, undefined, { transport: 'legacy' }],
    [
      'that of old machines',
      `${Q35.replace('q35', 'pc-q35-2.6')} ${BLK}`,
      undefined,
      { transport: 'legacy' },
    ],
    ['that of old releases', `${Q35} ${BLK}`, 'qemu=2.6', { transport: 'legacy' }],
    ['that of the first release', `${Q35} ${BLK}`, 'qemu=2.7', { transport: 'modern' }],
    ['what it is called', `${Q35} ${BLK}-non-transitional`, undefined, { transport: 'modern' }],
    [
      'a port for modern drivers',
      `${Q35} ${BLK},modern-pio-notify=on`,
      undefined,
      { transport: 'modern-pio' },
    ],
    ['event_idx', `${Q35} ${BLK},event_idx=off`, undefined, { eventIdx: 'off' }],
    ['kernel-irqchip', `${Q35},kernel-irqchip=split ${BLK}`, undefined, { irqchip: 'split' }],
    ['flags of the CPU', `${Q35} -cpu host,kvm-pv-eoi=off ${BLK}`, undefined, { pvEoi: 'off' }],
    [
      'a KVM that is hidden from the guest',
      `${Q35} -cpu host,kvm=off ${BLK}`,
      undefined,
      { x2apic: 'off', pvEoi: 'off' },
    ],
    [
      "a hidden KVM with Hyper-V's end of interrupt",
      `${Q35} -cpu host,kvm=off,hv_vapic,hv_time ${BLK}`,
      undefined,
      {},
    ],
    [
      "a hidden KVM with Hyper-V's clock alone",
      `${Q35} -cpu host,kvm=off,hv_time ${BLK}`,
      undefined,
      { pvEoi: 'off' },
    ],
    [
      'how long its thread polls',
      `${Q35} ${IO},poll-max-ns=0 ${BLK},iothread=io`,
      undefined,
      { pollMaxNs: 0 },
    ],
    ['that it did not before 2.9', `${Q35} ${IO} ${BLK},iothread=io`, 'qemu=2.8', { pollMaxNs: 0 }],
    ['a line', `${Q35} ${BLK},vectors=0`, undefined, { call: 'intx' }],
    ['a line and a thread', `${Q35} ${IO} ${BLK},vectors=0,iothread=io`, undefined, { kick: 'iothread' }],
    ['that kicks leave to QEMU', `${Q35} ${BLK},ioeventfd=off`, 'qemu=10.1', { kick: 'sync' }],
    [
      'how it sends',
      `${Q35} -device virtio-net-pci,tx=timer,x-txtimer=200000,x-txburst=8`,
      undefined,
      { tx: 'timer', txTimerUs: 200, txBurst: 8 },
    ],
    [
      'bursts that are never full',
      `${Q35} -device virtio-net-pci,x-txburst=1000`,
      undefined,
      { txBurst: 256 },
    ],
    ['that it is a network card', `${Q35} -device virtio-net-pci`, undefined, { device: 'virtio-net' }],
  ])('%s', (_, text, host, expected) => {
    expect(settings(text, host)).toMatchObject(expected);
  });

  it('no way of the other leg that QEMU takes by itself, so that another path has its own', () => {
    for (const [text, host] of [
      [`${Q35} ${BLK}`, 'qemu=7.2'],
      [`${Q35} ${BLK}`, 'qemu=10.1'],
      [`${Q35} ${BLK},ioeventfd=off`, 'qemu=7.2'],
      [`${Q35} ${IO} ${BLK},iothread=io`, 'qemu=10.1'],
      [`${Q35} -device virtio-net-pci`, 'qemu=7.2'],
      [`${Q35} -device virtio-net-pci`, 'qemu=10.1'],
    ] as const) {
      expect(settings(text, host)).not.toHaveProperty('kick');
      expect(settings(text, host)).not.toHaveProperty('call');
    }
  });
});

describe('a virtio device that cannot be run says why', () => {
  it.each([
    [
      'virtio-mmio of a microvm',
      'qemu-system-x86_64 -M microvm,accel=kvm -device virtio-blk-device',
      'transport=mmio needs arch=arm: virtio-mmio of a microvm is not modelled',
    ],
  ])('%s', (_, text, expected) => {
    expect(notes(text)).toEqual([expected, expected]);
  });

  it('a network card that vhost serves can be run on both legs', () => {
    expect(notes(`${Q35} -netdev tap,id=n,vhost=on -device virtio-net-pci,netdev=n`)).toEqual([null, null]);
  });

  it('a disk that another process serves can be run on both legs', () => {
    const memory = '-object memory-backend-memfd,id=mem,share=on,size=1G -machine memory-backend=mem';
    const disk = `${Q35} ${memory} -chardev socket,id=c,path=/tmp/s -device vhost-user-blk-pci,chardev=c`;
    expect(notes(disk)).toEqual([null, null]);
    expect(settings(disk)).toMatchObject({ device: 'vhost-user-blk' });
  });

  it('a disk that vhost serves can be run on both legs', () => {
    const disk = `${Q35} -device vhost-scsi-pci,wwpn=naa.5`;
    expect(notes(disk)).toEqual([null, null]);
    expect(notes(`${disk},vectors=0`)).toEqual([null, null]);
    expect(settings(disk)).toMatchObject({ device: 'vhost-scsi' });
    expect(settings(disk)).not.toHaveProperty('kick');
  });

  it('a packed ring is run', () => {
    expect(notes(`${Q35} ${BLK},packed=on`)).toEqual([null, null]);
    expect(settings(`${Q35} ${BLK},packed=on`)).toMatchObject({ ring: 'packed' });
  });

  it('a packed ring asked for by a device that only a legacy driver can have is a split one', () => {
    expect(notes(`${Q35} ${BLK},packed=on,disable-modern=on`)).toEqual([null, null]);
  });
});

describe('a virtio disk on PCI of x86 with KVM', () => {
  const text = fc
    .record({
      irqchip: fc.constantFrom('on', 'split'),
      cpu: fc.constantFrom('', '-cpu host,-x2apic', '-cpu host,kvm-pv-eoi=off'),
      thread: fc.constantFrom('', ',iothread=io'),
      polls: fc.constantFrom('', ',poll-max-ns=0', ',poll-max-ns=1000'),
      ioeventfd: fc.constantFrom('', ',ioeventfd=off', ',ioeventfd=on'),
      vectors: fc.constantFrom('', ',vectors=0', ',vectors=2'),
      doorbell: fc.constantFrom('', ',disable-modern=on', ',disable-legacy=on', ',page-per-vq=on'),
      eventIdx: fc.constantFrom('', ',event_idx=off'),
    })
    .map(
      ({ irqchip, cpu, thread, polls, ioeventfd, vectors, doorbell, eventIdx }) =>
        `${Q35},kernel-irqchip=${irqchip} ${cpu} ${IO}${polls} ${BLK}${thread}${ioeventfd}${vectors}${doorbell}${eventIdx}`,
    );
  const host = fc
    .record({
      qemu: fc.constantFrom('10.2', '10.1', '9.0', '8.2', '7.2', '2.9', '2.8', '2.7', '2.5'),
      kernel: fc.constantFrom('6.12', '4.4', '2.6.33'),
      vendor: fc.constantFrom('intel', 'amd'),
    })
    .map(({ qemu, kernel, vendor }) => `qemu=${qemu},kernel=${kernel},vendor=${vendor}`);
  const guest = fc.constantFrom('msi=on', 'msi=off');

  it('can be run on both legs whenever both have a path', () => {
    fc.assert(
      fc.property(text, host, guest, (command, hostFacts, guestFacts) => {
        const { legs } = resolveDevice(command, hostFacts, guestFacts);
        const paths = legs.map(({ path }) => path);
        if (paths.includes(null)) return;
        for (const { canRun, note, settings: given } of legs) {
          expect({ canRun, note, given }).toEqual({ canRun: true, note: null, given });
        }
      }),
      { numRuns: 300 },
    );
  });
});
