import { describe, expect, it } from 'vitest';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import type { FinishedOffer } from '../../../src/extension/panel/finished.ts';
import { deviceInPlace } from '../../../src/extension/question/devices.ts';
import { mainLeg } from '../../../src/extension/question/legs.ts';
import { offersForDevice, offersForPath, offersOfCases } from '../../../src/extension/question/offers.ts';
import { changedSituation, inPath } from '../../../src/extension/what-if/situation.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const SUBJECT = {
  kind: 'device',
  uri: 'file:///vm.sh',
  fileName: 'vm.sh',
  device: 'd',
  driver: 'vfio-pci',
  line: 0,
  asPath: null,
} as const;
const X86 = 'qemu-system-x86_64 -M q35,accel=kvm -cpu host';
const LINE = { ...TEST_FACTS, guest: { ...TEST_FACTS.guest, msi: 'off' } } as const;

function situation(text: string, options = {}, facts = TEST_FACTS) {
  const file = unwrap(readLaunchFile(text, 'vm.sh'));
  const found = deviceInPlace(resolveFile(file, facts), { machine: 0, device: 0 });
  if (!found) throw new Error('no device');
  return changedSituation(file, found, options, facts);
}

function offers(text: string, facts = TEST_FACTS): FinishedOffer[] {
  const there = situation(text, {}, facts);
  return offersForDevice(SUBJECT, there, mainLeg(there.found.device)?.path ?? '', facts);
}

const named = (list: readonly FinishedOffer[]): string[] =>
  list.map(({ title, path }) => `${title} → ${path}`);

describe('what a device is offered to be compared with', () => {
  it('is where another value of an option would send it, its own and its machine’s', () => {
    const list = offers(`${X86} -device vfio-pci,host=1:0.0,id=d`, LINE);
    expect(named(list).slice(0, 2)).toEqual([
      'x-no-kvm-intx=on → vfio-pci/intx-userspace',
      'kernel-irqchip=split → vfio-pci/intx-split',
    ]);
  });

  it('leads to the run that it names: option by option, and path by path', () => {
    const text = `${X86} -device vfio-pci,host=1:0.0,id=d`;
    const list = offers(text, LINE);
    const last = list.at(-1);
    expect(last?.title).toBe('All of these');
    for (const { path, subject } of list.slice(0, -1)) {
      if (subject.kind !== 'comparison') throw new Error('no comparison');
      expect(subject.members[0]).toEqual(SUBJECT);
      const member = subject.members[1];
      if (member?.kind !== 'device') throw new Error('no device');
      const there = situation(text, member.options, LINE);
      if (member.asPath === null) expect(mainLeg(there.found.device)?.path).toBe(path);
      else expect(unwrap(inPath(there, member.asPath, LINE)).request.path).toBe(path);
    }
    expect(last?.subject).toMatchObject({ members: { length: list.length } });
  });

  it('has each path once, and not the one that the device takes', () => {
    const paths = offers(`${X86} -device vfio-pci,host=1:0.0,id=d`)
      .slice(0, -1)
      .map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).not.toContain('vfio-pci/msi-irqfd');
    expect(paths).toContain('vfio-pci/intx-irqfd');
  });

  it('has the other leg of a virtio device', () => {
    const list = offers(`${X86} -device virtio-net-pci,netdev=n,id=d -netdev tap,id=n`);
    expect(named(list)).toContain('its call → virtio/call-userspace');
    expect(named(list)).toContain('ioeventfd=off → virtio/notify-sync');
  });

  it('says why the device does not take a path', () => {
    const list = offers(`${X86} -device vfio-pci,host=1:0.0,id=d`);
    expect(list.find(({ path }) => path === 'vfio-pci/intx-irqfd')?.detail).toMatch(/^not taken: .*MSI/);
  });
});

describe('what a path of the library is offered to be compared with', () => {
  it('are those of its family that can be run', () => {
    const paths = offersForPath('vfio-platform/irqfd', TEST_FACTS).map(({ path }) => path);
    expect(paths).toContain('vfio-platform/userspace');
    expect(paths).not.toContain('vfio-platform/irqfd');
    expect(paths.every((path) => path === '' || path.startsWith('vfio-platform/'))).toBe(true);
  });

  it('takes the same leg only', () => {
    const paths = offersForPath('virtio/call-irqfd', TEST_FACTS).map(({ path }) => path);
    expect(paths).toContain('virtio/call-userspace');
    expect(paths).not.toContain('virtio/notify-sync');
  });
});

describe('a device whose path depends on what its file does not say', () => {
  it('is offered each of the cases', () => {
    const arm = 'qemu-system-aarch64 -M virt,gic-version=2,accel=kvm';
    const { found } = situation(`${arm} -device vfio-calxeda-xgmac,host=a,id=d,x-irqfd=$IRQFD`);
    expect(mainLeg(found.device)?.path).toBeNull();
    const list = offersOfCases(SUBJECT, found.device, TEST_FACTS);
    expect(named(list)).toEqual([
      'x-irqfd ($IRQFD) is on → vfio-platform/irqfd',
      'x-irqfd ($IRQFD) is off → vfio-platform/userspace',
    ]);
    expect(list.map(({ subject }) => subject)).toMatchObject([
      { kind: 'device', asPath: 'vfio-platform/irqfd' },
      { kind: 'device', asPath: 'vfio-platform/userspace' },
    ]);
  });
});

describe('an option of the machine, to compare', () => {
  it('is a change like one of the device’s', () => {
    const text = `${X86} -device vfio-pci,host=1:0.0,id=d`;
    const there = situation(text, { 'kernel-irqchip': 'split', 'x-no-mmap': 'on' }, LINE);
    expect(mainLeg(there.found.device)?.path).toBe('vfio-pci/intx-split');
    expect(there.changes.map(({ option, from, value }) => [option.name, from, value])).toEqual([
      ['kernel-irqchip', 'on', 'split'],
      ['x-no-mmap', 'off', 'on'],
    ]);
    expect(mainLeg(there.original.device)?.path).toBe('vfio-pci/intx-irqfd');
  });
});
