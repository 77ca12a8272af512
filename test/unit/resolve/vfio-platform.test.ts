import { describe, expect, it } from 'vitest';
import { problemsOf, resolveLeg, resolveMachine } from './resolve.ts';

const VIRT = 'qemu-system-aarch64 -M virt,accel=kvm';
const DEVICE = '-device vfio-calxeda-xgmac,host=fff51000.ethernet';
const IRQFD = 'vfio-platform/irqfd';
const USERSPACE = 'vfio-platform/userspace';

function ruleThatDecided(text: string, host?: string): string | undefined {
  return resolveLeg(text, host).rejected.find(({ path }) => path === IRQFD)?.rule;
}

describe('the path of a VFIO platform device', () => {
  it.each([
    ['irqfd by default on GICv2', `${VIRT} ${DEVICE}`, IRQFD, undefined],
    ['userspace with x-irqfd=off', `${VIRT} ${DEVICE},x-irqfd=off`, USERSPACE, 'x-irqfd'],
    ["userspace with the 2014 series' irqfd=false", `${VIRT} ${DEVICE},irqfd=false`, USERSPACE, 'x-irqfd'],
    ['userspace with nox-irqfd', `${VIRT} ${DEVICE},nox-irqfd`, USERSPACE, 'x-irqfd'],
    ['irqfd with x-irqfd alone', `${VIRT} ${DEVICE},x-irqfd`, IRQFD, undefined],
    ['the last of several values', `${VIRT} ${DEVICE},x-irqfd=off,x-irqfd=on`, IRQFD, undefined],
    ['userspace on GICv3: no GSI of the line', `${VIRT},gic-version=3 ${DEVICE}`, USERSPACE, 'gsi-map'],
    [
      'userspace on gic-version=max of a GICv3 host',
      `${VIRT},gic-version=max ${DEVICE}`,
      USERSPACE,
      'gsi-map',
    ],
    ['userspace with more vCPUs than a GICv2 takes', `${VIRT} -smp 9 ${DEVICE}`, USERSPACE, 'gsi-map'],
    ['irqfd with 8 vCPUs', `${VIRT} -smp sockets=2,cores=4 ${DEVICE}`, IRQFD, undefined],
    ['userspace with the irqchip in QEMU', `${VIRT},kernel_irqchip=off ${DEVICE}`, USERSPACE, 'gsi-map'],
    [
      'userspace by -global of the base class',
      `${VIRT} ${DEVICE} -global vfio-platform.x-irqfd=off`,
      USERSPACE,
      'x-irqfd',
    ],
    [
      '-device wins over -global',
      `${VIRT} ${DEVICE},x-irqfd=on -global vfio-platform.x-irqfd=off`,
      IRQFD,
      undefined,
    ],
    [
      '-set wins over -device',
      `${VIRT} ${DEVICE},id=e,x-irqfd=on -set device.e.x-irqfd=off`,
      USERSPACE,
      'x-irqfd',
    ],
  ])('%s', (_, text, path, rule) => {
    expect(resolveLeg(text).path).toBe(path);
    expect(ruleThatDecided(text)).toBe(rule);
  });

  it.each([
    ['a host kernel without irqfd on Arm', 'kernel=3.19', USERSPACE, 'kvm-irqfd'],
    ['a host that emulates GICv3 only', 'gic=3', USERSPACE, 'gsi-map'],
    ['QEMU before 5.0, whose default is GICv2', 'gic=3,qemu=4.2', IRQFD, undefined],
  ])('depends on the facts: %s', (_, host, path, rule) => {
    expect(resolveLeg(`${VIRT} ${DEVICE}`, host).path).toBe(path);
    expect(ruleThatDecided(`${VIRT} ${DEVICE}`, host)).toBe(rule);
  });

  it('gives its reasons in the order in which QEMU decides, each with a source', () => {
    const { why } = resolveLeg(`${VIRT} ${DEVICE},x-irqfd=off`);
    expect(why.map(({ rule }) => rule)).toEqual([
      'device-in-release',
      'platform-bus',
      'kvm',
      'kernel-irqchip',
      'gic-version',
      'kvm-irqfd',
      'kvm-resamplefd',
      'x-irqfd',
      'automasked',
    ]);
    for (const { source } of why) expect(source).not.toBe('');
    expect(why.find(({ rule }) => rule === 'x-irqfd')).toMatchObject({
      option: 'x-irqfd',
      value: 'off',
      isDefault: false,
    });
    expect(why.find(({ rule }) => rule === 'gic-version')).toMatchObject({ value: '2', isDefault: true });
  });

  it('names every path that is not taken, with every reason', () => {
    const { rejected } = resolveLeg(`${VIRT},gic-version=3 ${DEVICE},x-irqfd=off`);
    expect(rejected.map(({ path, rule }) => `${path}: ${rule}`)).toEqual([
      'vfio-platform/irqfd: x-irqfd',
      'vfio-platform/irqfd: gsi-map',
      'vfio-platform/forwarded: never-merged',
      'vfio-platform/eoi-unmask: what-if',
    ]);
    const userspace = resolveLeg(`${VIRT} ${DEVICE}`).rejected.find(({ path }) => path === USERSPACE);
    expect(userspace?.because).toBe('vfio-platform/irqfd comes first and nothing stands in its way');
  });

  it('warns of a silent fall-back at the device, but not of a choice', () => {
    const silent = resolveMachine(`${VIRT},gic-version=3 ${DEVICE},x-irqfd=on`);
    expect(silent.problems).toEqual([
      expect.objectContaining({
        code: 'irqfd-silently-unavailable',
        severity: 'warning',
        range: { start: { line: 0, character: 60 }, end: { line: 0, character: 112 } },
      }),
    ]);
    expect(problemsOf(`${VIRT},gic-version=3 ${DEVICE},x-irqfd=off`)).toEqual([]);
  });

  it('passes to the simulation what the file says, and only that', () => {
    const settings = (options: string, host?: string) =>
      resolveLeg(`${VIRT} ${DEVICE},${options}`, host).settings;
    expect(settings('x-irqfd=off')).toEqual({});
    expect(settings('x-irqfd=off,mmap-timeout-ms=0x6e')).toEqual({ mmapTimeoutMs: 110 });
    expect(settings('x-irqfd=off,x-no-mmap=on,mmap-timeout-ms=0')).toEqual({ mmap: 'off', mmapTimeoutMs: 0 });
    expect(settings('irqfd=off,x-mmap=off', 'qemu=2.4')).toEqual({ mmap: 'off' });
    expect(settings('x-irqfd=off', 'gic=3')).toEqual({ gic: '3' });
  });

  it('passes to the simulation only what the path has: irqfd knows no mmap timer', () => {
    expect(resolveLeg(`${VIRT} ${DEVICE},x-no-mmap=on,mmap-timeout-ms=0`).settings).toEqual({ mmap: 'off' });
    expect(resolveLeg(`${VIRT} ${DEVICE},x-irqfd=$X,mmap-timeout-ms=0`).settings).toEqual({
      mmapTimeoutMs: 0,
    });
  });

  it('says where a run would not show the machine', () => {
    expect(resolveLeg(`${VIRT},kernel_irqchip=off ${DEVICE}`)).toMatchObject({
      path: USERSPACE,
      canRun: false,
    });
    expect(resolveLeg(`${VIRT},gic-version=3 ${DEVICE}`)).toMatchObject({
      canRun: true,
      note: /GICv2/,
    });
  });
});

describe('values that the file does not say', () => {
  it('asks in QEMU 2.4 whether the line is an edge, for which it cannot set up an irqfd', () => {
    const old = resolveLeg(`${VIRT} ${DEVICE}`, 'qemu=2.4');
    expect(old.path).toBeNull();
    expect(old.alternatives).toEqual([
      { path: IRQFD, when: expect.stringContaining('level-triggered') as string },
      { path: USERSPACE, when: expect.stringContaining('is an edge') as string },
    ]);
    expect(resolveLeg(`${VIRT} ${DEVICE}`, 'qemu=2.5').path).toBe(IRQFD);
    // Nobody asks for an irqfd.
    expect(resolveLeg(`${VIRT} ${DEVICE},x-irqfd=off`, 'qemu=2.4').path).toBe(USERSPACE);
  });

  it('gives a case for each value of x-irqfd', () => {
    const leg = resolveLeg(`${VIRT} ${DEVICE},x-irqfd=$IRQFD`);
    expect(leg.path).toBeNull();
    expect(leg.alternatives).toEqual([
      { path: IRQFD, when: 'x-irqfd ($IRQFD) is on' },
      { path: USERSPACE, when: 'x-irqfd ($IRQFD) is off' },
    ]);
  });

  it('does not ask for a value that changes nothing', () => {
    expect(resolveLeg(`${VIRT},gic-version=3 ${DEVICE},x-irqfd=$IRQFD`)).toMatchObject({
      path: USERSPACE,
      alternatives: [],
    });
    expect(resolveLeg(`${VIRT},gic-version=$GIC ${DEVICE},x-irqfd=off`)).toMatchObject({
      path: USERSPACE,
      alternatives: [],
    });
    expect(resolveLeg(`${VIRT} -device vfio-platform,host=$HOST,mmap-timeout-ms=$T`)).toMatchObject({
      path: IRQFD,
      settings: {},
    });
  });

  it('gives a case for each GIC, also where only the number of vCPUs decides', () => {
    expect(resolveLeg(`${VIRT},gic-version=$GIC ${DEVICE}`).alternatives.map(({ path }) => path)).toEqual([
      IRQFD,
      USERSPACE,
    ]);
    expect(resolveLeg(`${VIRT} -smp $N ${DEVICE}`).alternatives).toEqual([
      { path: IRQFD, when: 'the GIC is a GICv2' },
      { path: USERSPACE, when: 'the GIC is a GICv3' },
    ]);
  });

  it('gives no path for a case that is not modelled', () => {
    expect(resolveLeg(`qemu-system-aarch64 -M virt,accel=$ACCEL ${DEVICE},x-irqfd=off`).alternatives).toEqual(
      [
        { path: null, when: 'the accelerator is another than kvm (not modelled)' },
        { path: USERSPACE, when: 'the accelerator is kvm' },
      ],
    );
  });

  it('says so where no accelerator is named: QEMU then takes TCG, if it has it', () => {
    const leg = resolveLeg(`qemu-system-aarch64 -M virt ${DEVICE}`);
    expect(leg.path).toBeNull();
    expect(leg.alternatives.map(({ path }) => path)).toEqual([null, IRQFD]);
    expect(problemsOf(`qemu-system-aarch64 -M virt ${DEVICE}`)).toEqual(['information not-kvm']);
  });
});

describe('machines without a path', () => {
  it.each([
    ['TCG by name', `qemu-system-aarch64 -M virt -accel tcg ${DEVICE}`, undefined, ['information not-kvm']],
    ['a QEMU that has removed the device', `${VIRT} ${DEVICE}`, 'qemu=10.2', ['error device-removed']],
    [
      'a QEMU that had it only abstract',
      `${VIRT} -device vfio-platform,host=x`,
      'qemu=3.0',
      ['error device-not-in-release'],
    ],
    [
      'a machine without a platform bus',
      `qemu-system-arm -M vexpress-a15,accel=kvm ${DEVICE}`,
      undefined,
      ['error wrong-machine'],
    ],
    [
      'another architecture',
      `qemu-system-x86_64 -M q35,accel=kvm ${DEVICE}`,
      undefined,
      ['error wrong-machine'],
    ],
    [
      'split irqchip, which Arm has not',
      `${VIRT},kernel_irqchip=split ${DEVICE}`,
      undefined,
      ['error invalid-value'],
    ],
  ])('%s: no path, and why', (_, text, host, problems) => {
    const leg = resolveLeg(text, host);
    expect(leg).toMatchObject({ path: null, alternatives: [], canRun: false });
    expect(leg.note).not.toBeNull();
    expect(problemsOf(text, host)).toEqual(problems);
  });

  it('has the device in the last release before the removal', () => {
    expect(resolveLeg(`${VIRT} ${DEVICE}`, 'qemu=10.1.5').path).toBe(IRQFD);
  });
});
