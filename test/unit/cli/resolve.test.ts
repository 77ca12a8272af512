import { describe, expect, it } from 'vitest';
import { irqpath, irqpathJson } from './irqpath.ts';

const MACHINE = 'qemu-system-aarch64 -M virt,accel=kvm,gic-version=2';

/** The column, from 1, of the first property behind this. */
const COLUMN = `${MACHINE} -device vfio-platform,`.length + 1;

describe('irqpath resolve', () => {
  it('prints JSON alone on standard output, with the facts that it used', async () => {
    const files = { 'vm.sh': `${MACHINE} -device vfio-platform,host=a,x-irqfd=off` };
    expect(await irqpathJson(['resolve', 'vm.sh', '--host', 'qemu=7.2'], files)).toMatchObject({
      file: 'vm.sh',
      format: 'qemu-command-line',
      facts: { host: { qemu: '7.2', kernel: '6.12' }, guest: { msi: 'on' } },
      machines: [
        {
          accelerator: 'kvm',
          irqchip: 'on',
          gicVersion: 2,
          devices: [{ id: 'vfio-platform', legs: [{ leg: 'interrupt', path: 'vfio-platform/userspace' }] }],
          problems: [],
        },
      ],
      problems: [],
    });
  });

  it('counts from 0 in JSON and from 1 in messages', async () => {
    const files = { 'vm.sh': `\n${MACHINE} -device vfio-platform,bogus=1` };
    const { status, out, err } = await irqpath(['resolve', 'vm.sh', '--json'], files);
    expect(status).toBe(0);
    expect(err).toContain(`vm.sh:2:${COLUMN}: error: vfio-platform has no option 'bogus'`);
    expect(JSON.parse(out)).toMatchObject({
      machines: [
        { problems: [{ code: 'unknown-option', range: { start: { line: 1, character: COLUMN - 1 } } }] },
      ],
    });
  });

  it('reads standard input', async () => {
    const { status, out, err } = await irqpath(['resolve', '-'], {
      '-': `${MACHINE} -device vfio-platform,x=1`,
    });
    expect(status).toBe(0);
    expect(out).toContain('<stdin>:1 · KVM · arm · irqchip on · GICv2');
    expect(err).toContain(`<stdin>:1:${COLUMN}: error:`);
  });

  it('says which path an assigned PCI device takes, and which in the other case', async () => {
    const files = { 'vm.sh': 'qemu-system-x86_64 -M q35,accel=kvm -device vfio-pci,host=01:00.0,id=nic' };
    const { status, out } = await irqpath(['resolve', 'vm.sh'], files);
    expect(status).toBe(0);
    expect(out).toContain('vm.sh:1 · KVM · x86 · irqchip on');
    expect(out).toMatch(/^ {4}interrupt: vfio-pci\/msi-irqfd$/m);
    expect(out).toMatch(/or {2}vfio-pci\/intx-irqfd when the guest uses INTx/);
    const intx = await irqpath(['resolve', 'vm.sh', '--guest', 'msi=off'], files);
    expect(intx.out).toMatch(/^ {4}interrupt: vfio-pci\/intx-irqfd$/m);
  });

  it.each([
    ['echo hi', 'no QEMU command line found; expected a command such as qemu-system-aarch64'],
    ['', 'the file is empty; expected a command such as qemu-system-aarch64'],
  ])('answers %j with status 0 and says that there is no machine', async (text, message) => {
    const { status, out, err } = await irqpath(['resolve', 'x.sh', '--json'], { 'x.sh': text });
    expect(status).toBe(0);
    expect(err).toContain(`x.sh:1:1: information: ${message}`);
    expect(JSON.parse(out)).toMatchObject({ machines: [], problems: [{ code: 'no-machine' }] });
  });

  it('refuses a binary file with the place of the first NUL', async () => {
    const { status, out, err } = await irqpath(['resolve', 'x'], { x: 'a\nb\0' });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toBe('x:2:2: the file is binary (it holds a NUL character); expected text\n');
  });

  it('shows people the path, the reasons and what was assumed, within 100 columns', async () => {
    const files = { 'vm.sh': '-device vfio-platform,vfio_device="a",irqfd=false -device edu' };
    const { out } = await irqpath(['resolve', 'vm.sh'], files);
    expect(out).toContain('    interrupt: vfio-platform/userspace');
    expect(out).toContain('      · x-irqfd is off (written irqfd=false)');
    expect(out).toContain('      × not vfio-platform/irqfd: x-irqfd is off (written irqfd=false)');
    expect(out).toContain('  edu, line 1: edu is not modelled yet');
    expect(out).toContain('assuming  host  qemu=10.1,');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('shows every case of a path that depends', async () => {
    const { out } = await irqpath(['resolve', 'vm.sh'], {
      'vm.sh': `${MACHINE} -device vfio-platform,x-irqfd=$A`,
    });
    expect(out).toContain('interrupt: it depends');
    expect(out).toContain('or  vfio-platform/irqfd when x-irqfd ($A) is on');
  });
});

describe('irqpath paths and irqpath options', () => {
  it('give data', async () => {
    expect(await irqpathJson(['paths'])).toContainEqual(
      expect.objectContaining({ id: 'vfio-platform/userspace', leg: 'interrupt', documents: ['000'] }),
    );
    const [path] = (await irqpathJson(['paths'])) as Record<string, unknown>[];
    for (const field of ['title', 'status', 'introduced', 'removed', 'selectedBy', 'evidence'])
      expect(path).toHaveProperty(field);
    const [bug] = path?.bugs as Record<string, unknown>[];
    for (const field of ['name', 'title', 'introducedIn', 'fixedIn', 'violates', 'source'])
      expect(bug).toHaveProperty(field);
    expect(await irqpathJson(['options'])).toContainEqual(
      expect.objectContaining({ name: 'mmap-timeout-ms' }),
    );
    expect(await irqpathJson(['options', 'irqfd'])).toMatchObject({
      name: 'x-irqfd',
      type: { kind: 'boolean' },
    });
  });

  it('give text that fits a terminal', async () => {
    for (const args of [['paths'], ['options'], ['options', 'x-irqfd'], ['options', 'gic-version']]) {
      const { status, out } = await irqpath(args);
      expect(status).toBe(0);
      for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    }
    const { out: paths } = await irqpath(['paths']);
    expect(paths).toMatch(/^vfio-platform\/forwarded +interrupt +proposed +source +never$/m);
    expect(paths).toMatch(/^virtio\/notify-sync +kick +current +trace +ever since$/m);
    expect(paths.replace(/\s+/g, ' ')).toMatch(/bug early-eoi: .*\(no-spurious; since QEMU 2.4, not fixed\)/);
    const { out: gicVersion } = await irqpath(['options', 'gic-version']);
    expect(gicVersion.replace(/\s+/g, ' ')).toContain('(from memory, not verified)');
    expect((await irqpath(['options', 'irqfd'])).out).toContain('x-irqfd: Let KVM inject the interrupt');
  });
});
