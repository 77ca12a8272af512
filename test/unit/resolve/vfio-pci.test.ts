import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import type { DeviceInMachine } from '../../../src/resolve/family.ts';
import { decideMachine } from '../../../src/resolve/machine.ts';
import { VFIO_PCI_FAMILY } from '../../../src/resolve/vfio-pci.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';
import { problemsOf, resolveLeg, resolveMachine } from './resolve.ts';

const Q35 = 'qemu-system-x86_64 -M q35,accel=kvm';
const VIRT = 'qemu-system-aarch64 -M virt,accel=kvm';
const DEVICE = '-device vfio-pci,host=01:00.0';
const MSI = 'vfio-pci/msi-irqfd';
const INTX = 'the guest uses INTx (pci=nomsi, no MSI capability)';

function subjectOf(text: string): DeviceInMachine {
  const [vm] = unwrap(readLaunchFile(text, 'vm.sh')).machines;
  const device = vm?.devices[0];
  if (vm === undefined || device === undefined) throw new Error('expected a device');
  return { device, machine: decideMachine(vm, TEST_FACTS) };
}

describe('the path of an assigned PCI device', () => {
  it.each([
    ['MSI through KVM by default', `${Q35} ${DEVICE}`, MSI],
    ['also with a split irqchip', `${Q35},kernel-irqchip=split ${DEVICE}`, MSI],
    ['also on GICv2', `${VIRT},gic-version=2 ${DEVICE}`, MSI],
    ['also on GICv3', `${VIRT},gic-version=3 ${DEVICE}`, MSI],
    ['QEMU with x-no-kvm-msix', `${Q35} ${DEVICE},x-no-kvm-msix=on`, 'vfio-pci/msi-userspace'],
    ['MSI-X is assumed, not MSI', `${Q35} ${DEVICE},x-no-kvm-msi=on`, MSI],
    ['a debug switch for lines is none for MSI', `${Q35} ${DEVICE},x-no-kvm-intx=on`, MSI],
    ['by -global', `${Q35} ${DEVICE} -global vfio-pci.x-no-kvm-msix=on`, 'vfio-pci/msi-userspace'],
    ['the irqchip in QEMU on Arm', `${VIRT},kernel-irqchip=off ${DEVICE}`, 'vfio-pci/msi-userspace'],
    ['no ITS, so no MSI', `${VIRT},gic-version=3,its=off ${DEVICE}`, 'vfio-pci/intx-irqfd'],
    ['GICv2 needs none', `${VIRT},gic-version=2,its=off ${DEVICE}`, MSI],
  ])('%s', (_, text, path) => {
    expect(resolveLeg(text).path).toBe(path);
  });

  it.each([
    ['posted', `${Q35} ${DEVICE}`, 'posting=on,apicv=on', 'vfio-pci/posted'],
    ['not without APICv', `${Q35} ${DEVICE}`, 'posting=on', MSI],
    ['not without posting', `${Q35} ${DEVICE}`, 'apicv=on', MSI],
    ['GICv4 to a GICv3 guest', `${VIRT},gic-version=3 ${DEVICE}`, 'posting=on', 'vfio-pci/posted'],
    ['but not to a GICv2 guest', `${VIRT},gic-version=2 ${DEVICE}`, 'posting=on', MSI],
    ['the irqchip in QEMU', `${Q35},kernel-irqchip=off ${DEVICE}`, 'qemu=7.2', 'vfio-pci/msi-userspace'],
  ])('depends on the host: %s', (_, text, host, path) => {
    expect(resolveLeg(text, host).path).toBe(path);
  });

  it.each([
    ['irqfd with a resample eventfd', `${Q35} ${DEVICE}`, undefined, 'vfio-pci/intx-irqfd'],
    ['on GICv2', `${VIRT},gic-version=2 ${DEVICE}`, undefined, 'vfio-pci/intx-irqfd'],
    [
      'on GICv3 too: the host bridge knows the GSI',
      `${VIRT},gic-version=3 ${DEVICE}`,
      undefined,
      'vfio-pci/intx-irqfd',
    ],
    ['with x-no-kvm-intx', `${Q35} ${DEVICE},x-no-kvm-intx=on`, undefined, 'vfio-pci/intx-userspace'],
    ['split', `${Q35},kernel-irqchip=split ${DEVICE}`, undefined, 'vfio-pci/intx-split'],
    [
      'split by the default of q35 in 4.0',
      `${Q35} ${DEVICE}`,
      'qemu=4.0,kernel=5.2',
      'vfio-pci/intx-userspace',
    ],
    [
      'split, refused by the kernel',
      `${Q35},kernel-irqchip=split ${DEVICE}`,
      'qemu=5.0,kernel=5.4',
      'vfio-pci/intx-userspace',
    ],
    ['split, ended by nobody', `${Q35},kernel-irqchip=split ${DEVICE}`, 'qemu=5.0,kernel=5.1', null],
    [
      'split, ended by nobody, but bypassed',
      `${Q35},kernel-irqchip=split ${DEVICE},x-no-kvm-intx=on`,
      'qemu=5.0,kernel=5.1',
      'vfio-pci/intx-userspace',
    ],
    [
      'split since QEMU 5.1 on an old kernel',
      `${Q35},kernel-irqchip=split ${DEVICE}`,
      'qemu=5.1,kernel=4.19',
      'vfio-pci/intx-split',
    ],
    [
      'irqchip off in the last QEMU with it',
      `${Q35},kernel-irqchip=off ${DEVICE}`,
      'qemu=7.2',
      'vfio-pci/intx-userspace',
    ],
    ['no resample eventfds yet', `${Q35} ${DEVICE}`, 'qemu=1.3,kernel=3.6', 'vfio-pci/intx-userspace'],
  ])('of a guest without MSI: %s', (_, text, host, path) => {
    expect(resolveLeg(text, host, 'msi=off')).toMatchObject({ path, alternatives: [] });
  });

  it('says which path a guest without MSI would take', () => {
    const first = (options: string, host?: string) => resolveLeg(`${Q35} ${options}`, host).alternatives[0];
    expect(first(DEVICE)).toEqual({ path: 'vfio-pci/intx-irqfd', when: INTX });
    expect(first(`${DEVICE},x-no-kvm-intx=on`)).toEqual({ path: 'vfio-pci/intx-userspace', when: INTX });
    expect(first(DEVICE, 'qemu=4.0,kernel=5.0')).toEqual({ path: null, when: INTX });
  });

  it('says what a device with MSI alone would do where the two switches differ', () => {
    expect(resolveLeg(`${Q35} ${DEVICE},x-no-kvm-msi=on`).alternatives).toContainEqual({
      path: 'vfio-pci/msi-userspace',
      when: 'the device has MSI but no MSI-X',
    });
    const both = resolveLeg(`${Q35} ${DEVICE},x-no-kvm-msi=on,x-no-kvm-msix=on`);
    expect(both.alternatives.map(({ path }) => path)).toEqual(['vfio-pci/intx-irqfd']);
  });

  it('gives its reasons in the order in which they are asked, each with a source', () => {
    const { why } = resolveLeg(`${Q35} ${DEVICE}`);
    expect(why.map(({ rule }) => rule)).toEqual([
      'device-in-release',
      'architecture',
      'pci-bus',
      'kvm',
      'kernel-irqchip',
      'guest-interrupts',
      'kvm-msix',
      'irqchip-takes-msi',
      'kvm-irqfd',
      'interrupt-posting',
    ]);
    for (const { source } of why) expect(source).not.toBe('');
    expect(why.find(({ rule }) => rule === 'kvm-msix')).toMatchObject({
      because: 'x-no-kvm-msix is off (default)',
      option: 'x-no-kvm-msix',
      value: 'off',
      isDefault: true,
    });
  });

  it('rejects by name what was proposed in 2012 and not merged', () => {
    const { rejected } = resolveLeg(`${Q35} ${DEVICE}`);
    expect(
      rejected.filter(({ path }) => path.startsWith('irqfd/')).map(({ path, rule }) => `${path}: ${rule}`),
    ).toEqual([
      'irqfd/level-pulse: no-resample',
      'irqfd/eoifd: never-merged',
      'irqfd/deassert-on-ack: never-merged',
    ]);
  });
});

describe('what is told about an assigned PCI device', () => {
  it.each([
    ['a choice', `${Q35} ${DEVICE},x-no-kvm-intx=on`, undefined, 'msi=off', []],
    [
      'a silent fall-back',
      `${VIRT},kernel-irqchip=off ${DEVICE}`,
      undefined,
      undefined,
      ['warning irqfd-silently-unavailable', 'information irqfd-unavailable'],
    ],
    [
      'a fall-back with a warning',
      `${Q35},kernel-irqchip=off ${DEVICE}`,
      'qemu=7.2',
      'msi=off',
      ['warning irqfd-unavailable'],
    ],
    [
      'a line that stays masked',
      `${Q35},kernel-irqchip=split ${DEVICE}`,
      'qemu=4.2,kernel=5.0',
      'msi=off',
      ['error resample-never-signalled'],
    ],
    [
      'the same, if the guest should use it',
      `${Q35},kernel-irqchip=split ${DEVICE}`,
      'qemu=4.2,kernel=5.0',
      undefined,
      ['information resample-never-signalled'],
    ],
    [
      'irqchip off today',
      `${Q35},kernel-irqchip=off ${DEVICE}`,
      undefined,
      undefined,
      ['error invalid-value'],
    ],
    [
      'the same without a local APIC',
      `${Q35},kernel-irqchip=off -cpu qemu64,-apic ${DEVICE},x-no-kvm-msix=on,x-no-kvm-msi=on,x-no-kvm-intx=on`,
      undefined,
      undefined,
      [],
    ],
    ['TCG', `qemu-system-x86_64 -M q35 -accel tcg ${DEVICE}`, undefined, undefined, ['information not-kvm']],
    [
      'another architecture',
      `qemu-system-s390x -accel kvm ${DEVICE}`,
      undefined,
      undefined,
      ['information not-modelled'],
    ],
    [
      'microvm without PCIe',
      `qemu-system-x86_64 -M microvm,accel=kvm ${DEVICE}`,
      undefined,
      undefined,
      ['error wrong-machine'],
    ],
    [
      'microvm with PCIe',
      `qemu-system-x86_64 -M microvm,accel=kvm,pcie=on ${DEVICE}`,
      undefined,
      undefined,
      [],
    ],
    [
      'a QEMU before VFIO',
      `${Q35} ${DEVICE}`,
      'qemu=1.2',
      undefined,
      ['error device-not-in-release', 'error option-not-in-release'],
    ],
    [
      'properties of every PCI device',
      `${Q35} ${DEVICE},multifunction=on,addr=02.0,rombar=0,bootindex=1`,
      undefined,
      undefined,
      [],
    ],
    [
      'a misspelt option',
      `${Q35} ${DEVICE},x-no-kvm-msx=on`,
      undefined,
      undefined,
      ['warning unknown-option'],
    ],
    [
      'an option of later releases',
      `${Q35} ${DEVICE},qqqqqqqqqqqq=on`,
      undefined,
      undefined,
      ['information unknown-option'],
    ],
    [
      'a wrong value',
      `${Q35} ${DEVICE},x-intx-mmap-timeout-ms=1s`,
      undefined,
      undefined,
      ['error invalid-value'],
    ],
    [
      'a processor flag that is neither on nor off',
      `${Q35} -cpu host,kvm-pv-eoi=perhaps ${DEVICE}`,
      undefined,
      undefined,
      ['error invalid-value'],
    ],
    [
      'an option before its release',
      `${Q35} ${DEVICE},x-no-kvm-intx=off`,
      'qemu=2.4',
      undefined,
      ['error option-not-in-release'],
    ],
  ])('%s', (_, text, host, guest, problems) => {
    expect(problemsOf(text, host, guest)).toEqual(problems);
  });

  it.each([
    ['2', undefined, 'vfio-pci/msi-irqfd'],
    ['3', undefined, 'vfio-pci/msi-irqfd'],
    ['3', 'posting=on', 'vfio-pci/posted'],
  ])('runs messages on Arm with the GIC that the file names: %s, %s', (gic, host, expected) => {
    const { path, canRun, note, settings } = resolveLeg(`${VIRT},gic-version=${gic} ${DEVICE}`, host);
    expect({ path, canRun, note }).toEqual({ path: expected, canRun: true, note: null });
    expect(settings).toMatchObject({ arch: 'arm', gic });
  });

  it('gives a simulation what the file says, whatever the path', () => {
    const settings = (text: string) => VFIO_PCI_FAMILY.settings(subjectOf(text));
    expect(settings(`${Q35},kernel-irqchip=split ${DEVICE} -device amd-iommu`)).toEqual({
      arch: 'x86',
      irqchip: 'split',
      intremap: 'on',
    });
    expect(settings(`${VIRT},gic-version=3 ${DEVICE}`)).toEqual({ arch: 'arm', irqchip: 'on', gic: '3' });
    expect(settings(`${Q35} ${DEVICE},x-intx-mmap-timeout-ms=0x0a,x-no-mmap=off`)).toEqual({
      arch: 'x86',
      irqchip: 'on',
      mmapTimeoutMs: 10,
      mmap: 'on',
    });
  });
});

describe('processor flags', () => {
  const given = (cpu: string) => {
    const { x2apic, pvEoi } = VFIO_PCI_FAMILY.settings(subjectOf(`${Q35} -cpu ${cpu} ${DEVICE}`));
    return { x2apic, pvEoi };
  };

  it.each([
    ['host,-x2apic', { x2apic: 'off' }],
    ['host,x2apic=off,kvm_pv_eoi=no', { x2apic: 'off', pvEoi: 'off' }],
    ['host,+x2apic,-x2apic', { x2apic: 'off' }],
    ['host,x2apic=off,+x2apic', { x2apic: 'on' }],
    ['host,x2apic=$X', {}],
    ['host', {}],
  ])('are given to the run, where they are certain: -cpu %s', (cpu, settings) => {
    expect(given(cpu)).toEqual(settings);
  });
});

describe('what the file does not say', () => {
  it('gives a case for each value', () => {
    const leg = resolveLeg(`${Q35} ${DEVICE},x-no-kvm-msix=$M`);
    expect(leg.path).toBeNull();
    expect(leg.alternatives).toEqual([
      { path: MSI, when: 'x-no-kvm-msix ($M) is off' },
      { path: 'vfio-pci/msi-userspace', when: 'x-no-kvm-msix ($M) is on' },
      { path: 'vfio-pci/intx-irqfd', when: INTX },
      { path: 'vfio-pci/posted', when: expect.stringContaining(', and x-no-kvm-msix ($M) is off') as string },
    ]);
  });

  it('asks only for what matters', () => {
    expect(resolveLeg(`${Q35} -device vfio-pci,host=$HOST,x-no-kvm-intx=$I`)).toMatchObject({ path: MSI });
    expect(resolveLeg(`${Q35},kernel-irqchip=$I ${DEVICE},x-no-kvm-msix=on,x-no-kvm-msi=on`).path).toBe(
      'vfio-pci/msi-userspace',
    );
  });

  it('says that there is none in a case in which a line is ended by nobody', () => {
    const text = `${Q35},kernel-irqchip=split ${DEVICE},x-no-kvm-intx=$I`;
    const leg = resolveLeg(text, 'qemu=4.2,kernel=5.0', 'msi=off');
    expect(leg.path).toBeNull();
    expect(leg.alternatives.map(({ path }) => path)).toEqual(['vfio-pci/intx-userspace', null]);
  });
});

describe('any configuration', () => {
  const text = fc
    .record({
      machine: fc.constantFrom(
        Q35,
        VIRT,
        'qemu-system-x86_64 -M microvm,pcie=on,accel=kvm',
        'kvm',
        '/usr/libexec/qemu-kvm',
      ),
      irqchip: fc.constantFrom(
        '',
        ' -accel kvm',
        ' -accel kvm,kernel-irqchip=split',
        ' -accel kvm,kernel-irqchip=$I',
      ),
      msix: fc.constantFrom('', ',x-no-kvm-msix=on', ',x-no-kvm-msix=$X'),
      msi: fc.constantFrom('', ',x-no-kvm-msi=on'),
      intx: fc.constantFrom('', ',x-no-kvm-intx=on', ',x-no-kvm-intx=$Y'),
    })
    .map(({ machine, irqchip, msix, msi, intx }) => `${machine}${irqchip} ${DEVICE}${msix}${msi}${intx}`);
  const host = fc.constantFrom(
    'qemu=10.1',
    'qemu=4.0,kernel=5.0',
    'qemu=5.0',
    'posting=on,apicv=on',
    'gic=3',
  );

  it('gives a guest without MSI the path that the answer for the others names as its case', () => {
    fc.assert(
      fc.property(text, host, (command, facts) => {
        const usual = resolveLeg(command, facts);
        const without = resolveLeg(command, facts, 'msi=off');
        const cases = [...usual.alternatives.map(({ path }) => path), usual.path];
        const wanted =
          without.alternatives.length === 0 ? [without.path] : without.alternatives.map(({ path }) => path);
        for (const path of wanted) expect(cases).toContain(path);
      }),
    );
  });

  it('gives every path of today a place: taken, a case, or rejected with a reason', () => {
    fc.assert(
      fc.property(text, host, (command, facts) => {
        const { path, alternatives, rejected, note } = resolveLeg(command, facts);
        if (path === null && alternatives.length === 0) {
          expect(note).not.toBeNull();
          return;
        }
        const named = [path, ...alternatives.map((one) => one.path), ...rejected.map((one) => one.path)];
        for (const name of [
          'posted',
          'msi-irqfd',
          'msi-userspace',
          'intx-irqfd',
          'intx-split',
          'intx-userspace',
        ]) {
          expect(named).toContain(`vfio-pci/${name}`);
        }
      }),
    );
  });
});

describe('many devices', () => {
  it('resolves thousands of them without repeating what belongs to the machine', () => {
    const devices = Array.from({ length: 2_000 }, (_, i) => `${DEVICE},id=d${i}`).join(' ');
    const machine = resolveMachine(`${Q35} ${devices}`);
    expect(machine.devices).toHaveLength(2_000);
    expect(machine.problems).toEqual([]);
  });
});
