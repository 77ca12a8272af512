import { describe, expect, it } from 'vitest';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { allDevices, groupNodes } from '../../../src/extension/devices/device-nodes.ts';
import { deviceKey, DeviceStore } from '../../../src/extension/what-if/device-store.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

/** A memento that keeps what JSON keeps, as VS Code's does over a reload. */
function shelf(content?: unknown) {
  let kept: string | undefined = content === undefined ? undefined : JSON.stringify(content);
  return {
    get: (): unknown => (kept === undefined ? undefined : JSON.parse(kept)) as unknown,
    update: (_: string, value: unknown) => {
      kept = JSON.stringify(value);
      return Promise.resolve();
    },
  };
}

const KEY = deviceKey('file:///vm.sh', 0, 'eth0');

describe('the store of devices', () => {
  it('gives back after a reload what was put into it', () => {
    const kept = shelf();
    const store = new DeviceStore(kept);
    store.setOption(KEY, 'x-irqfd', 'on');
    store.setCompared(KEY, true);
    const { id } = store.add({ id: 'xgmac', driver: 'vfio-calxeda-xgmac', options: { host: 'a' } });
    store.setOption(`added#${id}`, 'x-irqfd', 'off');
    const again = new DeviceStore(kept);
    expect(again.overlayOf(KEY)).toEqual({ 'x-irqfd': 'on' });
    expect(again.isCompared(KEY)).toBe(true);
    expect(again.added).toEqual([
      { id: 'xgmac', driver: 'vfio-calxeda-xgmac', options: { host: 'a', 'x-irqfd': 'off' } },
    ]);
  });

  it('begins empty where another version left something else', () => {
    for (const left of [3, 'x', [], { overlays: 4 }, { overlays: {}, compared: [1], added: [] }]) {
      const store = new DeviceStore(shelf(left));
      expect(store.added).toEqual([]);
      expect(store.overlayOf(KEY)).toEqual({});
    }
  });

  it('tells of every change, and forgets a what-if that was taken back', () => {
    const store = new DeviceStore(shelf());
    let told = 0;
    const stop = store.onChange(() => told++);
    store.setOption(KEY, 'x-irqfd', 'on');
    store.setOption(KEY, 'x-irqfd', undefined);
    expect(store.overlayOf(KEY)).toEqual({});
    stop();
    store.setCompared(KEY, true);
    expect(told).toBe(2);
  });

  it('gives every added device a name of its own, and removes it with all that hung on it', () => {
    const store = new DeviceStore(shelf());
    const ids = [1, 2, 3].map(() => store.add({ id: 'xgmac', driver: 'vfio-calxeda-xgmac', options: {} }).id);
    expect(ids).toEqual(['xgmac', 'xgmac-2', 'xgmac-3']);
    store.setCompared('added#xgmac-2', true);
    store.setOption('added#xgmac-2', 'x-irqfd', 'off');
    store.remove('xgmac-2');
    expect(store.added.map(({ id }) => id)).toEqual(['xgmac', 'xgmac-3']);
    expect(store.compared).toEqual([]);
    expect(store.overlays).toEqual({});
  });

  it('has added devices with their what-ifs, which can be taken back', () => {
    const store = new DeviceStore(shelf());
    const { id } = store.add({ id: 'xgmac', driver: 'vfio-calxeda-xgmac', options: { host: 'a' } });
    store.setOption(`added#${id}`, 'x-irqfd', 'off');
    expect(store.find(id)?.options).toEqual({ host: 'a', 'x-irqfd': 'off' });
    const [[changed] = []] = groupNodes([], store, TEST_FACTS).map(({ devices }) => devices);
    expect(changed).toMatchObject({
      hasWhatIf: true,
      found: { device: { legs: [{ path: 'vfio-platform/userspace' }] } },
    });
    store.setOverlay(`added#${id}`, {});
    const [[device] = []] = groupNodes([], store, TEST_FACTS).map(({ devices }) => devices);
    expect(device).toMatchObject({
      hasWhatIf: false,
      found: { device: { legs: [{ path: 'vfio-platform/irqfd' }] } },
    });
  });
});

describe('the tree of devices', () => {
  const text = `qemu-system-aarch64 -M virt,gic-version=3,accel=kvm -device vfio-calxeda-xgmac,host=a,id=eth0,x-irqfd=on -device virtio-gpu-pci`;
  const file = unwrap(readLaunchFile(text, 'vm.sh'));
  const open = { uri: 'file:///vm.sh', fileName: 'vm.sh', file, resolved: resolveFile(file, TEST_FACTS) };

  it('has the devices of the file, the warning at one that is not where it seems to be, and what was added', () => {
    const store = new DeviceStore(shelf());
    store.add({ id: 'xgmac', driver: 'vfio-calxeda-xgmac', options: { host: 'a' } });
    const groups = groupNodes([open], store, TEST_FACTS);
    expect(groups.map(({ fileName, devices }) => [fileName, devices.length])).toEqual([
      ['vm.sh', 2],
      [null, 1],
    ]);
    const [eth0, rng, added] = allDevices(groups);
    expect(eth0?.found.device.legs[0]?.path).toBe('vfio-platform/userspace');
    expect(eth0?.warning).toMatch(/GICv3/);
    expect(rng).toMatchObject({ options: [], warning: null });
    expect(added?.found.device.legs[0]?.path).toBe('vfio-platform/irqfd');
    expect(added?.warning).toBeNull();
  });

  it('shows a what-if beside the value of the file, and the path that follows from it', () => {
    const plain = {
      ...open,
      file: unwrap(readLaunchFile(text.replace('gic-version=3', 'gic-version=2'), 'vm.sh')),
    };
    const store = new DeviceStore(shelf());
    store.setOption(KEY, 'x-irqfd', 'off');
    const [eth0] = allDevices(
      groupNodes([{ ...plain, resolved: resolveFile(plain.file, TEST_FACTS) }], store, TEST_FACTS),
    );
    expect(eth0?.hasWhatIf).toBe(true);
    expect(eth0?.found.device.legs[0]?.path).toBe('vfio-platform/userspace');
    expect(eth0?.options[0]).toMatchObject({ value: 'on', isDefault: false, to: 'off' });
  });
});
