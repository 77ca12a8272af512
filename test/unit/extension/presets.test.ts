import { describe, expect, it } from 'vitest';
import {
  addedFrom,
  factsOf,
  launchFileFor,
  offeredPresets,
  resolveAdded,
} from '../../../src/extension/what-if/added-device.ts';
import { PRESETS } from '../../../src/extension/what-if/presets.ts';
import { TEST_FACTS } from '../../support/facts.ts';

/** The path of each leg. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  xgmac: ['vfio-platform/irqfd'],
  xgbe: ['vfio-platform/irqfd'],
  e1000: ['vfio-pci/intx-irqfd'],
  e1000e: ['vfio-pci/msi-irqfd'],
  nvme: ['vfio-pci/msi-irqfd'],
  gpu: ['vfio-pci/intx-irqfd'],
  vblk: ['virtio/notify-ioeventfd', 'virtio/call-userspace'],
  'vblk-iothread': ['virtio/notify-iothread', 'virtio/call-irqfd'],
  vnet: ['virtio/notify-ioeventfd', 'virtio/call-userspace'],
  'vnet-vhost': ['virtio/notify-vhost', 'virtio/call-irqfd'],
  vscsi: ['virtio/notify-ioeventfd', 'virtio/call-irqfd'],
  vserial: ['virtio/notify-ioeventfd', 'virtio/call-userspace'],
  'vhost-user-blk': ['virtio/notify-vhost-user', 'virtio/call-irqfd'],
  'vhost-scsi': ['virtio/notify-vhost', 'virtio/call-irqfd'],
  'emulated-e1000e': ['emulated/msi', 'emulated/doorbell-sync'],
  'emulated-nvme': ['emulated/msi', 'emulated/doorbell-sync'],
  'emulated-ahci': ['emulated/msi', 'emulated/doorbell-sync'],
  'emulated-uart': ['emulated/line', 'emulated/doorbell-sync'],
};

describe('the presets of Add Device…', () => {
  it.each(PRESETS)('$title is a device with its paths and without a mistake', (preset) => {
    const [machine] = resolveAdded(addedFrom(preset), TEST_FACTS)?.resolved.machines ?? [];
    expect(machine?.devices.map(({ id }) => id)).toEqual([preset.id]);
    expect(machine?.devices[0]?.driver).toBe(preset.driver);
    expect(machine?.devices[0]?.legs.map(({ path }) => path)).toEqual(PATHS[preset.id]);
    expect(machine?.problems.filter(({ severity }) => severity !== 'information')).toEqual([]);
  });

  it('have names of their own', () => {
    expect(new Set(PRESETS.map(({ id }) => id)).size).toBe(PRESETS.length);
    expect(new Set(PRESETS.map(({ title }) => title)).size).toBe(PRESETS.length);
  });

  it('are all offered, and those that cannot be run say so', () => {
    const offered = offeredPresets(TEST_FACTS);
    expect(offered.map(({ preset }) => preset)).toEqual(PRESETS);
    for (const { preset, limit } of offered) {
      const legs = resolveAdded(addedFrom(preset), TEST_FACTS)?.resolved.machines[0]?.devices[0]?.legs;
      expect(limit === null, preset.title).toBe(legs?.some(({ canRun }) => canRun));
    }
  });

  it('are left out where the assumed QEMU does not have the device', () => {
    const old = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu: '1.3' } };
    expect(offeredPresets(old).map(({ preset }) => preset.id)).not.toContain('xgmac');
  });

  it('carry the nature of the hardware into the run: a GPU whose line cannot be masked in the function', () => {
    const gpu = PRESETS.find(({ id }) => id === 'gpu');
    const leg = gpu && resolveAdded(addedFrom(gpu), TEST_FACTS)?.resolved.machines[0]?.devices[0]?.legs[0];
    expect(leg).toMatchObject({ settings: { intxMask: 'broken' }, canRun: true });
    expect(gpu && factsOf(gpu, TEST_FACTS).guest).toEqual({ ...TEST_FACTS.guest, msi: 'off' });
    expect(TEST_FACTS.guest.msi).toBe('on');
  });
});

describe('an added device', () => {
  it('gets the IOThread that it names', () => {
    const file = launchFileFor({
      id: 'd',
      driver: 'virtio-blk-pci',
      options: { drive: 'a', iothread: 'other' },
    });
    const names = file?.machines[0]?.options.map(({ name, value }) => `${name.text} ${value?.text ?? ''}`);
    expect(names).toContain('object iothread,id=other');
  });

  it('keeps signs of QEMU and of the shell in a value what they are: text', () => {
    for (const value of ['a,b', "it's $HOME", 'a; reboot', '"x"', 'a b']) {
      const file = launchFileFor({ id: 'd', driver: 'vfio-pci', options: { host: value } });
      const properties = file?.machines[0]?.devices[0]?.properties;
      expect(properties?.find(({ key }) => key.text === 'host')?.value?.text).toBe(value);
      expect(file?.machines).toHaveLength(1);
    }
  });
});
