import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { shellText } from '../config/shell-texts.ts';
import { problemsOf, resolveDevice, resolveMachine } from './resolve.ts';

const DEVICE = '-device vfio-platform,host=a';

describe('what is decided about a machine', () => {
  it.each([
    ['-device vfio-platform,host=a', { accelerator: 'kvm', irqchip: 'on', gicVersion: 2 }],
    [
      `qemu-system-aarch64 -M virt -accel kvm ${DEVICE}`,
      { accelerator: 'kvm', irqchip: 'on', gicVersion: 2 },
    ],
    [
      `qemu-system-aarch64 -M virt -enable-kvm ${DEVICE}`,
      { accelerator: 'kvm', irqchip: 'on', gicVersion: 2 },
    ],
    [
      `qemu-system-aarch64 -M virt-8.2,accel=kvm:tcg,gic-version=host ${DEVICE}`,
      { accelerator: 'kvm', gicVersion: 3 },
    ],
    [`qemu-system-aarch64 -M virt -accel kernel-irqchip=on,accel=kvm ${DEVICE}`, { accelerator: 'kvm' }],
    [`qemu-system-aarch64 -M virt -accel tcg -accel kvm ${DEVICE}`, { accelerator: 'tcg' }],
    [`qemu-kvm -M virt ${DEVICE}`, { accelerator: 'kvm', irqchip: 'on', gicVersion: 2 }],
    [
      `qemu-system-aarch64 -M virt -accel kvm,kernel-irqchip=off ${DEVICE}`,
      { irqchip: 'off', gicVersion: 2 },
    ],
    [
      `qemu-system-aarch64 -M virt,gic-version=max -accel kvm,kernel-irqchip=off ${DEVICE}`,
      { gicVersion: 2 },
    ],
    [`qemu-system-aarch64 -M virt,accel=kvm -smp 4,maxcpus=16 ${DEVICE}`, { gicVersion: 3 }],
    [`qemu-system-aarch64 -M virt,accel=kvm -smp cpus=$N,maxcpus=8 ${DEVICE}`, { gicVersion: 2 }],
    [`qemu-system-aarch64 -M virt,accel=kvm -smp $N ${DEVICE}`, { gicVersion: null }],
    [`qemu-system-aarch64 -M virt,accel=kvm -smp cores=4,threads=$N ${DEVICE}`, { gicVersion: null }],
    [`qemu-system-aarch64 -M virt,accel=kvm -smp many ${DEVICE}`, { gicVersion: null }],
    ['qemu-system-aarch64 -M virt -accel tcg', { accelerator: 'tcg', irqchip: null, gicVersion: null }],
    [
      'qemu-system-x86_64 -M q35 -accel kvm',
      { accelerator: 'kvm', architecture: 'x86', irqchip: 'on', gicVersion: null },
    ],
    ['qemu-system-x86_64 -M q35,accel=kvm,kernel_irqchip=split', { irqchip: 'split', gicVersion: null }],
    ['kvm -device edu', { accelerator: 'kvm', irqchip: null, gicVersion: null }],
    [
      `qemu-system-aarch64 -M virt,accel=$A,gic-version=$G ${DEVICE}`,
      { accelerator: null, gicVersion: null },
    ],
  ])('%s', (text, decided) => {
    expect(resolveMachine(text)).toMatchObject(decided);
  });

  it.each([
    ['gic-version=5', 'error invalid-value'],
    ['gic-version=4', 'error invalid-value'],
    ['gic-version=3,kernel_irqchip=off', 'error invalid-value'],
    ['gic-version=2 -smp 9', 'error invalid-value'],
    ['kernel_irqchip=maybe', 'error invalid-value'],
    ['gic-versoin=3', 'warning unknown-option'],
  ])('says what is wrong with -M virt,accel=kvm,%s', (options, problem) => {
    expect(problemsOf(`qemu-system-aarch64 -M virt,accel=kvm,${options} ${DEVICE},x-irqfd=off`)).toEqual([
      problem,
    ]);
  });

  it.each([
    ['5.0', 'gic=3', 3],
    ['4.9', 'gic=3', 2],
    ['10.1', 'gic=2', 2],
  ])('QEMU %s with %s takes GICv%i by default', (qemu, gic, version) => {
    const machine = resolveMachine(`qemu-system-aarch64 -M virt,accel=kvm ${DEVICE}`, `qemu=${qemu},${gic}`);
    expect(machine.gicVersion).toBe(version);
  });

  it('takes host for the newest GIC that the host emulates, and refuses one that it does not', () => {
    const text = (version: string): string =>
      `qemu-system-aarch64 -M virt,accel=kvm,gic-version=${version} ${DEVICE}`;
    expect(resolveMachine(text('host'), 'gic=2').gicVersion).toBe(2);
    expect(problemsOf(text('3'), 'gic=2')).toEqual(['error invalid-value']);
    expect(problemsOf(`${text('2')},x-irqfd=off`, 'gic=3')).toEqual(['error invalid-value']);
  });

  it('says what it assumes of a fragment', () => {
    const [problem] = resolveMachine('-device vfio-platform,host=a').problems;
    expect(problem?.message).toBe(
      'assumed, since the fragment does not say it: KVM, the machine virt, GICv2',
    );
    expect(problemsOf('-M virt,accel=kvm,gic-version=2 -device vfio-platform,host=a')).toEqual([]);
  });
});

describe('the devices of a machine', () => {
  it('gives each a name of its own', () => {
    const machine = resolveMachine(
      '-device e1000 -device e1000,id=n0 -device e1000 -device e1000,id=e1000#2 -device nvme',
    );
    expect(machine.devices.map(({ id }) => id)).toEqual(['e1000', 'n0', 'e1000#2', 'e1000#2#2', 'nvme']);
  });

  it('lists what is not modelled without a claim', () => {
    expect(resolveDevice('qemu-system-x86_64 -device virtio-gpu-pci,xres=640')).toEqual({
      id: 'virtio-gpu-pci',
      driver: 'virtio-gpu-pci',
      range: { start: { line: 0, character: 19 }, end: { line: 0, character: 50 } },
      note: 'virtio-gpu-pci is not modelled yet',
      legs: [],
    });
    expect(resolveDevice('qemu-system-x86_64 -device $DEV').note).toBe(
      'the device is $DEV, which this file does not say',
    );
    expect(
      problemsOf('qemu-system-x86_64 -device virtio-gpu-pci -device $DEV -device host-x86_64-cpu'),
    ).toEqual([]);
  });

  it.each([
    ['-device vfio-platfrm,host=a', 'warning unknown-device', /did you mean 'vfio-platform'/],
    ['-device qqqqqqqqqqqq', 'information unknown-device', /no device 'qqqqqqqqqqqq' is known here/],
  ])('reports a driver that no QEMU has: %s', (text, problem, message) => {
    const machine = resolveMachine(`qemu-system-aarch64 ${text}`);
    expect(machine.problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual([problem]);
    expect(machine.problems[0]?.message).toMatch(message);
  });
});

describe('the processor of the guest', () => {
  it.each([
    ['qemu-system-x86_64 -accel kvm', 'x86'],
    ['qemu-system-i386 -accel kvm', 'x86'],
    ['/usr/bin/qemu-system-aarch64 -M virt,accel=kvm', 'arm'],
    ['qemu-system-s390x -accel kvm', 's390x'],
    ['/usr/libexec/qemu-kvm -machine pc-q35-rhel9.4.0', 'x86'],
    ['/usr/libexec/qemu-kvm -machine virt-rhel9.4.0', 'arm'],
    ['kvm -M pc-i440fx-jammy', 'x86'],
    ['kvm -M microvm', 'x86'],
    ['kvm -M $M,gic-version=3', 'arm'],
    ['kvm -device intel-iommu', 'x86'],
    ['kvm -device vfio-amd-xgbe,host=a', 'arm'],
    ['kvm -device edu', null],
    ['kvm -device vfio-pci,host=a', 'x86'],
  ])('%s: %s', (text, architecture) => {
    expect(resolveMachine(text).architecture).toBe(architecture);
  });

  it('says so where it had to be assumed for an answer', () => {
    const [problem] = resolveMachine('kvm -device vfio-pci,host=a').problems;
    expect(problem).toMatchObject({ code: 'assumed-machine', severity: 'information' });
    expect(problem?.message).toContain('x86 is assumed');
  });
});

describe('where the interrupt controller of an x86 guest is', () => {
  const TDX = '-object tdx-guest,id=t -M q35,accel=kvm,confidential-guest-support=t';
  it.each([
    ['-M q35,accel=kvm', undefined, 'on'],
    ['-M q35,accel=kvm', 'qemu=4.0', 'split'],
    ['-M q35,accel=kvm', 'qemu=4.0.1', 'on'],
    ['-M q35,accel=kvm', 'qemu=4.1', 'on'],
    ['-M pc-q35-4.0,accel=kvm', 'qemu=9.0', 'split'],
    ['-M pc-q35-4.0.1,accel=kvm', 'qemu=9.0', 'on'],
    ['-M pc-q35-3.1,accel=kvm', 'qemu=4.0', 'on'],
    ['-M pc,accel=kvm', 'qemu=4.0', 'on'],
    ['-accel kvm', undefined, 'on'],
    ['-M microvm,accel=kvm', undefined, 'split'],
    ['-M microvm,accel=kvm -accel kvm,kernel-irqchip=on', undefined, 'on'],
    [TDX, undefined, 'split'],
    [`${TDX},kernel-irqchip=on`, undefined, null],
    ['-M $M,accel=kvm', undefined, null],
    ['-M $M,accel=kvm,kernel_irqchip=split', undefined, 'split'],
  ])('%s with %s: %s', (options, host, irqchip) => {
    expect(resolveMachine(`qemu-system-x86_64 ${options}`, host).irqchip).toBe(irqchip);
  });

  it('refuses what QEMU refuses', () => {
    expect(problemsOf(`qemu-system-x86_64 ${TDX},kernel-irqchip=on`)).toEqual(['error invalid-value']);
    const remapped = 'qemu-system-x86_64 -M q35,accel=kvm -device intel-iommu,intremap=on';
    expect(problemsOf(remapped)).toEqual(['error invalid-value']);
    expect(problemsOf(remapped.replace('accel=kvm', 'accel=kvm,kernel-irqchip=split'))).toEqual([]);
  });
});

describe('the options of a VFIO platform device', () => {
  it.each([
    [
      'irqfd=false',
      'information old-spelling',
      "'irqfd' is read as x-irqfd: it was called irqfd in the series of 2014",
    ],
    ['vfio_device=a', 'information old-spelling', "'vfio_device' is read as host"],
    ['compat=x', 'information old-spelling', "'compat': Only in the series of 2014"],
    ['x-mmap=off', 'information old-spelling', "'x-mmap' is read as x-no-mmap with the opposite value"],
    ['x-irqfd=maybe', 'error invalid-value', "'maybe' is no value for x-irqfd; expected on or off"],
    ['x-irqfd=OFF', 'error invalid-value', "'OFF' is no value for x-irqfd; expected on or off"],
    [
      'mmap-timeout-ms=110ms',
      'error invalid-value',
      "'110ms' is no value for mmap-timeout-ms; expected a whole number",
    ],
    [
      'mmap-timeout-ms=4294967296',
      'error invalid-value',
      'expected a whole number from 0 to 4294967295 (ms)',
    ],
    ['mmap-timeout-ms=-1', 'error invalid-value', "'-1' is no value"],
    ['mmap-timeout-ms', 'error invalid-value', 'mmap-timeout-ms needs a value'],
    ['x-irqfd', 'information short-form', 'x-irqfd without a value is deprecated'],
    ['x-irqdf=off', 'error unknown-option', "vfio-platform has no option 'x-irqdf'; did you mean 'x-irqfd'?"],
    [
      'rombar=0',
      'error unknown-option',
      "vfio-platform has no option 'rombar'; it has x-irqfd, mmap-timeout-ms",
    ],
  ])('%s: %s', (option, problem, message) => {
    const machine = resolveMachine(
      `qemu-system-aarch64 -M virt,accel=kvm,gic-version=2 -device vfio-platform,host=a,${option}`,
    );
    expect(machine.problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual([problem]);
    expect(machine.problems[0]?.message).toContain(message);
  });

  it.each([
    'x-irqfd=yes',
    'x-irqfd=n',
    'mmap-timeout-ms=010',
    'mmap-timeout-ms=0xFF',
    'mmap-timeout-ms=4294967295',
    'bus=x',
    'sysfsdev=$D',
    'x-irqfd=$X',
  ])('takes %s without a word, as QEMU does', (option) => {
    expect(
      problemsOf(`qemu-system-aarch64 -M virt,accel=kvm -device vfio-platform,host=a,x-irqfd=off,${option}`),
    ).toEqual([]);
  });

  it('knows since when there is an option', () => {
    const text = 'qemu-system-aarch64 -M virt,accel=kvm -device vfio-platform,fd=3';
    expect(problemsOf(text, 'qemu=8.2')).toEqual(['error option-not-in-release']);
    expect(problemsOf(text, 'qemu=9.0')).toEqual([]);
  });

  it('wants the right types in JSON, as QEMU does', () => {
    const json = (members: string): string =>
      `qemu-system-aarch64 -M virt,accel=kvm -device '{"driver":"vfio-platform","host":"a",${members}}'`;
    expect(problemsOf(json('"x-irqfd":false,"mmap-timeout-ms":110'))).toEqual([]);
    expect(problemsOf(json('"x-irqfd":"off"'))).toEqual(['error invalid-value']);
    expect(problemsOf(json('"mmap-timeout-ms":"110"'))).toEqual(['error invalid-value']);
  });

  it('puts the problem exactly where the mistake stands', () => {
    const text = 'qemu-system-aarch64 -M virt,accel=kvm -device vfio-platform,host=a,x-irqfd=maybe';
    expect(resolveMachine(text).problems[0]?.range).toEqual({
      start: { line: 0, character: text.indexOf('maybe') },
      end: { line: 0, character: text.length },
    });
  });
});

describe('any text', () => {
  it('resolves without throwing; no path without a note, and every case leads to another path', () => {
    fc.assert(
      fc.property(shellText, (text) => {
        const file = readLaunchFile(text, 'x');
        if (!file.ok) return;
        for (const machine of resolveFile(file.value, TEST_FACTS).machines) {
          for (const leg of machine.devices.flatMap(({ legs }) => legs)) {
            if (leg.path === null) expect(leg.note).not.toBeNull();
            for (const { path, when } of leg.alternatives) {
              expect(when).not.toBe('');
              if (leg.path !== null) expect(path).not.toBe(leg.path);
            }
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('survives a hundred thousand options of one device', () => {
    const machine = resolveMachine(`-device vfio-platform${',nonsense=1'.repeat(100_000)}`);
    expect(machine.problems.length).toBeGreaterThan(100_000);
  });
});
