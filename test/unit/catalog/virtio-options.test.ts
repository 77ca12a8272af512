import { describe, expect, it } from 'vitest';
import { findDevice, isDeviceName } from '../../../src/catalog/devices.ts';
import { EMULATED_KINDS } from '../../../src/catalog/emulated-devices.ts';
import type { OptionDoc } from '../../../src/catalog/option-doc.ts';
import { findOptions, optionOfBackend, optionOfDriver, OPTIONS } from '../../../src/catalog/options.ts';
import { otherOptionsOf } from '../../../src/catalog/other-options.ts';
import { driversOf, VIRTIO_KINDS } from '../../../src/catalog/virtio-devices.ts';
import { compareReleases } from '../../../src/facts/releases.ts';

function defaultIn(option: OptionDoc | undefined, qemu: string): string | null | undefined {
  return option?.defaults.filter(({ since }) => compareReleases(since, qemu) <= 0).at(-1)?.value;
}

describe('the options of virtio devices', () => {
  it('have the default of the release: ioeventfd of virtio-net was off until 2.9', () => {
    const net = optionOfDriver('virtio-net-pci', 'ioeventfd');
    expect([defaultIn(net, '2.8'), defaultIn(net, '2.9'), defaultIn(net, '10.1')]).toEqual([
      'off',
      'on',
      'on',
    ]);
    expect(defaultIn(optionOfDriver('virtio-blk-pci', 'ioeventfd'), '0.14')).toBe('on');
    expect(optionOfDriver('vhost-vsock-pci', 'ioeventfd')).toBeUndefined();
    expect(optionOfDriver('virtio-blk-device', 'ioeventfd')).toBeUndefined();
    expect(optionOfDriver('virtio-mmio', 'ioeventfd')?.introduced).toBe('6.1');
  });

  it('spell the number of queues as QEMU does: with a dash for disks, with an underscore for SCSI', () => {
    expect(optionOfDriver('virtio-blk-pci', 'num-queues')).toBeDefined();
    expect(optionOfDriver('virtio-blk-pci', 'num_queues')).toBeUndefined();
    expect(optionOfDriver('virtio-scsi-pci', 'num_queues')).toBeDefined();
  });

  it('are found by name for every device that has them', () => {
    expect(findOptions('iothread').map(({ of }) => of[0])).toEqual(['virtio-blk-pci', 'virtio-scsi-pci']);
    expect(findOptions('vhostfds').map(({ name }) => name)).toEqual(['vhostfd']);
    expect(findOptions('poll-max-ns').map(({ owner }) => owner)).toEqual(['object']);
  });

  it('stand behind netdevs and objects of the types that have them', () => {
    expect(optionOfBackend('netdev', 'tap', 'vhost')?.name).toBe('vhost');
    expect(optionOfBackend('netdev', 'user', 'vhost')).toBeUndefined();
    expect(optionOfBackend('object', 'iothread', 'poll-grow')?.name).toBe('poll-grow');
    expect(optionOfBackend('object', 'tap', 'vhost')).toBeUndefined();
  });

  it('are not among those that say nothing about interrupts, which every driver has some of', () => {
    const drivers = [...VIRTIO_KINDS.flatMap(driversOf), ...EMULATED_KINDS.flatMap((kind) => kind.drivers)];
    for (const driver of drivers) {
      const others = otherOptionsOf(driver);
      expect(others?.has('addr')).toBe(true);
      const documented = OPTIONS.filter(({ owner, of }) => owner === 'device' && of.includes(driver));
      for (const { name } of documented)
        expect([driver, name, others?.has(name)]).toEqual([driver, name, false]);
    }
  });
});

describe('the kinds of virtio devices', () => {
  it.each(VIRTIO_KINDS)('$name: each driver is one of QEMU, and documented', (kind) => {
    for (const driver of driversOf(kind)) {
      expect(isDeviceName(driver)).toBe(true);
      expect(findDevice(driver)?.driver).toBe(driver);
    }
    expect(compareReleases(kind.introduced, kind.ioeventfdSince ?? kind.introduced)).toBeLessThanOrEqual(0);
  });
});
