import { describe, expect, it } from 'vitest';
import { commandOptionNames, valueOf } from '../../../src/catalog/command-options.ts';
import { DEVICES, findDevice, isDeviceName } from '../../../src/catalog/devices.ts';
import {
  findOptions,
  optionOfDriver,
  optionOfMachine,
  OPTIONS,
  optionsOfDriver,
  spellingOf,
} from '../../../src/catalog/options.ts';
import { otherOptionsOf } from '../../../src/catalog/other-options.ts';
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
    const names = (name: string): string[] => findOptions(name).map((option) => option.name);
    expect(names('irqfd')).toEqual(['x-irqfd']);
    expect(names('vfio_device')).toEqual(['host']);
    expect(names('kernel_irqchip')).toEqual(['kernel-irqchip']);
    expect(names('kvm_pv_eoi')).toEqual(['kvm-pv-eoi']);
    expect(names('no-such-option')).toEqual([]);
  });

  it('tells options of one name by the device that has them', () => {
    expect(findOptions('x-no-mmap').map(({ of }) => of[0])).toEqual(['vfio-pci', 'vfio-platform']);
    expect(findOptions('x-mmap').map(({ of }) => of[0])).toEqual(['vfio-pci', 'vfio-platform']);
    expect(findOptions('vfio-platform.x-no-mmap')).toEqual([optionOfDriver('vfio-platform', 'x-no-mmap')]);
    expect(findOptions('vfio-pci.x-irqfd')).toEqual([]);
    expect(optionOfMachine('x-no-mmap')).toBeUndefined();
    expect(optionOfMachine('x2apic')?.owner).toBe('cpu');
  });

  it('has no two options of one name for one device', () => {
    for (const { driver } of DEVICES) {
      const names = optionsOfDriver(driver).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('knows that x-mmap means the opposite of x-no-mmap', () => {
    const option = optionOfDriver('vfio-platform', 'x-no-mmap');
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

describe('the properties of vfio-pci', () => {
  it('documents those that decide about interrupts, and knows the names of the others', () => {
    const deciding = optionsOfDriver('vfio-pci').filter(({ aside }) => !aside);
    expect(deciding.map(({ name }) => name)).toEqual([
      'x-no-kvm-msix',
      'x-no-kvm-msi',
      'x-no-kvm-intx',
      'x-intx-mmap-timeout-ms',
      'x-no-mmap',
    ]);
    const others = otherOptionsOf('vfio-pci');
    for (const name of ['rombar', 'x-vga', 'multifunction', 'enable-migration']) {
      expect(others?.has(name)).toBe(true);
    }
    for (const { name } of optionsOfDriver('vfio-pci')) expect(others?.has(name)).toBe(false);
    expect(otherOptionsOf('vfio-platform')).toBeUndefined();
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
