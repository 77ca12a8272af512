import { describe, expect, it } from 'vitest';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { optionAt } from '../../../src/extension/hover/option-at.ts';
import { askableDevices, devicesOf } from '../../../src/extension/question/devices.ts';
import { decidingAlternative } from '../../../src/extension/question/alternatives.ts';
import { mainLeg, pathsText, shortPathsText } from '../../../src/extension/question/legs.ts';
import { questionFor } from '../../../src/extension/question/question.ts';
import { triage } from '../../../src/extension/annotations/verdict.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import type { ResolvedLeg } from '../../../src/resolve/resolved-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const Q35 = 'qemu-system-x86_64 -M q35,accel=kvm';
const TEXT = `${Q35} -netdev tap,id=n,vhost=on -object iothread,id=io,poll-max-ns=0 -device virtio-net-pci,netdev=n -device vfio-pci,host=01:00.0`;

function parse(text: string) {
  const file = unwrap(readLaunchFile(text, 'vm.sh'));
  return { file, resolved: resolveFile(file, TEST_FACTS) };
}

function leg(name: ResolvedLeg['leg'], path: string | null, canRun: boolean): ResolvedLeg {
  return { leg: name, path, alternatives: [], why: [], rejected: [], settings: {}, note: null, canRun };
}

describe('a device with two legs', () => {
  it('is named by both of its paths, the family once', () => {
    const [card] = devicesOf(parse(TEXT).resolved);
    expect(card && pathsText(card.device)).toBe('virtio/notify-vhost + call-irqfd');
    expect(card && shortPathsText(card.device)).toBe('notify-vhost + call-irqfd');
    expect(pathsText({ legs: [leg('kick', null, false), leg('call', 'virtio/call-intx', false)] })).toBe(
      'virtio/call-intx',
    );
    expect(pathsText({ legs: [leg('interrupt', null, false)] })).toBeNull();
  });

  it('is asked about by the leg that can be run, or the one that is wanted', () => {
    const legs = [leg('kick', 'a/b', false), leg('call', 'a/c', true)];
    expect(mainLeg({ legs })?.leg).toBe('call');
    expect(mainLeg({ legs }, 'kick')?.leg).toBe('kick');
    expect(mainLeg({ legs }, 'interrupt')?.leg).toBe('call');
    expect(mainLeg({ legs: legs.slice(0, 1) })?.leg).toBe('kick');
    expect(mainLeg({ legs: [] })).toBeUndefined();
  });

  it('is on a slow path if one of its legs is', () => {
    const slow = (text: string) => parse(`${Q35} ${text}`).resolved.machines.map(triage);
    expect(slow('-device virtio-blk-pci')).toEqual([{ devices: 1, slow: 0 }]);
    expect(slow('-device virtio-blk-pci,ioeventfd=off')).toEqual([{ devices: 1, slow: 1 }]);
    expect(slow('-device virtio-blk-pci,vectors=0')).toEqual([{ devices: 1, slow: 1 }]);
  });
});

describe('a device whose paths are not built', () => {
  const { file, resolved } = parse(`${Q35} -device virtio-blk-pci -device vfio-pci,host=01:00.0`);
  const [machine] = resolved.machines;
  const [blk, vfio] = devicesOf(resolved);
  if (machine === undefined || blk === undefined || vfio === undefined) throw new Error('expected devices');
  const legs = [{ ...leg('kick', 'virtio/none', false), note: 'this path is not built yet' }];
  const unbuilt = { ...blk, device: { ...blk.device, legs } };

  it('says so when it is asked', () => {
    const question = questionFor(unbuilt, TEST_FACTS);
    expect(!question.ok && question.error.message).toBe(
      'virtio-blk-pci takes virtio/none, but this path is not built yet.',
    );
    expect(decidingAlternative(file, unbuilt, TEST_FACTS)).toBeUndefined();
  });

  it('is not offered where others can be', () => {
    const devices = [unbuilt.device, vfio.device];
    const asked = askableDevices({ ...resolved, machines: [{ ...machine, devices }] });
    expect(asked.map(({ device }) => device.driver)).toEqual(['vfio-pci']);
  });
});

describe('the options of backends', () => {
  const { file } = parse(TEXT);
  const nameAt = (text: string): string | undefined =>
    optionAt(file, { line: 0, character: TEXT.indexOf(text) + 1 })?.option.name;

  it('are explained where they stand', () => {
    expect(nameAt('vhost=on')).toBe('vhost');
    expect(nameAt('poll-max-ns')).toBe('poll-max-ns');
    expect(nameAt('netdev=n')).toBe('netdev');
    expect(nameAt('tap,id')).toBeUndefined();
  });
});
