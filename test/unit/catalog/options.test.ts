import { describe, expect, it } from 'vitest';
import { commandOptionNames, valueOf } from '../../../src/catalog/command-options.ts';
import { DEVICES, findDevice, isDeviceName } from '../../../src/catalog/devices.ts';
import { findOption, OPTIONS, optionsOfDriver, spellingOf } from '../../../src/catalog/options.ts';
import { compareReleases, isRelease } from '../../../src/facts/releases.ts';

describe('the catalogue of options', () => {
  it.each(OPTIONS.map((option) => [option.name, option] as const))(
    '%s says where each statement comes from',
    (_, option) => {
      expect(option.sources.length).toBeGreaterThan(0);
      expect(option.effect).toMatch(/\.$/);
      for (const release of [
        option.introduced,
        option.removed,
        ...option.defaults.map(({ since }) => since),
      ]) {
        if (release !== null) expect(isRelease(release)).toBe(true);
      }
    },
  );

  it('lists defaults oldest first, so that the last that applies counts', () => {
    for (const { defaults } of OPTIONS) {
      const sorted = defaults.map(({ since }) => since).toSorted(compareReleases);
      expect(defaults.map(({ since }) => since)).toEqual(sorted);
    }
  });

  it('finds an option by the names of the 2014 series and of older releases', () => {
    expect(findOption('irqfd')?.name).toBe('x-irqfd');
    expect(findOption('vfio_device')?.name).toBe('host');
    expect(findOption('x-mmap')?.name).toBe('x-no-mmap');
    expect(findOption('kernel_irqchip')?.name).toBe('kernel-irqchip');
    expect(findOption('no-such-option')).toBeUndefined();
  });

  it('knows that x-mmap means the opposite of x-no-mmap', () => {
    const option = findOption('x-no-mmap');
    if (option === undefined) throw new Error('x-no-mmap is not documented');
    expect(spellingOf(option, 'x-mmap')?.inverted).toBe(true);
    expect(spellingOf(option, 'x-no-mmap')).toBeUndefined();
  });

  it('gives vfio-calxeda-xgmac the properties that QEMU 7.2 prints for it, and those of other releases', () => {
    const names = optionsOfDriver('vfio-calxeda-xgmac')
      .filter(({ introduced }) => introduced !== null && compareReleases(introduced, '7.2') <= 0)
      .map(({ name }) => name);
    // qemu-system-aarch64 -device vfio-calxeda-xgmac,help (7.2, Debian 12)
    expect(names.toSorted()).toEqual(['host', 'mmap-timeout-ms', 'sysfsdev', 'x-irqfd', 'x-no-mmap']);
  });
});

describe('the catalogue of devices', () => {
  it.each(DEVICES.map((device) => [device.driver, device] as const))(
    '%s has its releases in order',
    (_, device) => {
      const releases = [device.introduced, device.deprecated, device.last, device.removed].filter(
        (r) => r !== null,
      );
      expect(releases).toEqual(releases.toSorted(compareReleases));
    },
  );

  it('tells devices of QEMU from misspelt ones', () => {
    expect(findDevice('vfio-platform')?.introduced).toBe('3.1');
    for (const name of [
      'virtio-net-pci',
      'vfio-pci',
      'e1000e',
      'nvme',
      'host-x86_64-cpu',
      'virtio-blk-ccw',
    ]) {
      expect(isDeviceName(name)).toBe(true);
    }
    expect(isDeviceName('vfio-platfrm')).toBe(false);
  });
});

describe('the options of the command line', () => {
  it('knows which of them take the next word', () => {
    expect(valueOf('device')).toBe('one');
    expect(valueOf('M')).toBe('one');
    expect(valueOf('enable-kvm')).toBe('none');
    expect(valueOf('devize')).toBe('unknown');
    expect(new Set(commandOptionNames()).size).toBe(commandOptionNames().length);
  });
});
