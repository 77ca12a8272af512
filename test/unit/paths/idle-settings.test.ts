import { describe, expect, it } from 'vitest';
import { ALL_PATHS, findPath } from '../../../src/paths/all-paths.ts';
import { conditionOf, hasMeaning } from '../../../src/paths/idle-settings.ts';
import type { PathSetting, PathSettings } from '../../../src/paths/path.ts';

function meaningful(path: string, name: string, used: PathSettings): boolean {
  const settings = findPath(path)?.settings ?? [];
  const setting = settings.find((one) => one.name === name);
  if (!setting) throw new Error(`${path} has no ${name}`);
  return hasMeaning(setting, settings, used);
}

describe('settings that mean something only with others', () => {
  it('of a network card mean nothing to a disk, and its timer nothing without tx=timer', () => {
    const path = 'virtio/notify-ioeventfd';
    const net = { device: 'virtio-net' };
    expect(meaningful(path, 'txBurst', {})).toBe(false);
    expect(meaningful(path, 'txBurst', net)).toBe(true);
    // traffic=send is the default, but what does a disk send?
    expect(meaningful(path, 'tx', {})).toBe(false);
    expect(meaningful(path, 'txTimerUs', net)).toBe(false);
    expect(meaningful(path, 'txTimerUs', { ...net, tx: 'timer' })).toBe(true);
    expect(meaningful(path, 'txTimerUs', { tx: 'timer' })).toBe(false);
    expect(meaningful(path, 'packetBuffers', { ...net, traffic: 'receive' })).toBe(true);
  });

  it('need one of several others, not all', () => {
    const path = 'vfio-pci/intx-irqfd';
    expect(meaningful(path, 'changeUs', {})).toBe(false);
    expect(meaningful(path, 'changeUs', { rerouting: 'on' })).toBe(true);
  });

  it('mean something where the other one cannot be chosen: only an NVMe controller takes that path', () => {
    expect(meaningful('emulated/doorbell-ioeventfd', 'serviceUs', {})).toBe(true);
  });

  const conditional = ALL_PATHS.flatMap(({ info, settings }) =>
    settings
      .filter(({ onlyWith }) => onlyWith !== undefined)
      .map((setting) => [`${info.id} ${setting.name}`, setting, settings] as const),
  );
  it.each(conditional)('%s: what it needs is there and can be had', (_, setting, settings) => {
    expect(conditionOf(setting)).toMatch(/^\w+=/);
    expect(others(setting, settings)).toBe(true);
  });

  /** Whether there are values of the others with which it means something; a circle would never end. */
  function others(setting: PathSetting, all: readonly PathSetting[], depth = 0): boolean {
    expect(depth).toBeLessThan(5);
    return [setting.onlyWith ?? []].flat().every(({ setting: name, values }) => {
      const other = all.find((one) => one.name === name);
      if (!other) return true;
      const isThere = other.kind === 'choice' && values.some((value) => other.choices.includes(value));
      return isThere && others(other, all, depth + 1);
    });
  }
});
