import { describe, expect, it } from 'vitest';
import { costText } from '../../../src/analysis/cost-text.ts';
import type { Simulation, Summary } from '../../../src/analysis/simulation.ts';
import { mermaidParser } from '../../support/mermaid.ts';
import { irqpath, irqpathJson } from './irqpath.ts';

const DEVICE = '-device vfio-calxeda-xgmac,host=fff51000.ethernet,x-irqfd=off';
const FILES = {
  'disk.sh': 'qemu-system-x86_64 -M microvm,accel=kvm -device virtio-blk-device,id=disk',
  'x86.sh':
    'qemu-system-x86_64 -M q35,accel=kvm -device virtio-blk-pci,vectors=0,ioeventfd=off,event_idx=off',
  'vm.sh': DEVICE,
  '000.sh': '-device vfio-platform,vfio_device="a",\\\nmmap-timeout-ms=110,irqfd=false\\',
  'timeout.sh': '-device vfio-platform,host=a,mmap-timeout-ms=110',
  'two.sh': `qemu-system-aarch64 -M virt,accel=kvm -device rocker,id=n0 ${DEVICE} \\\n ${DEVICE},id=b`,
  'same.sh': `${DEVICE},id=a\n\n${DEVICE},id=a`,
  'unknown.sh': '-device vfio-platform,host=a,x-irqfd=$X',
};

type Simulated = Simulation & { readonly withoutJitter: Summary };

async function simulation(args: readonly string[]): Promise<Simulated> {
  return (await irqpathJson(['simulate', ...args], FILES)) as Simulated;
}

describe('irqpath simulate', () => {
  it('runs the path of the device of a file, with the settings that the file says', async () => {
    const result = await simulation(['000.sh', '--irqs', '3', '--seed', '7']);
    expect(result).toMatchObject({
      path: 'vfio-platform/userspace',
      profile: 'cortex-a15',
      seed: 7,
      interrupts: 3,
      settings: { mmapTimeoutMs: 110 },
      facts: { host: { qemu: '10.1' } },
    });
    expect(result.shapes.reduce((sum, { count }) => sum + count, 0)).toBe(3);
  });

  it('gives every step, and every shape has its labels among them, in order', async () => {
    const result = await simulation(['vm.sh', '--irqs', '20']);
    for (const shape of result.shapes) {
      const cycle = result.steps.filter((step) => step.interrupt === shape.firstInterrupt && step.inCycle);
      expect(cycle.map(({ label }) => label)).toEqual(shape.labels);
    }
    expect(
      new Set(result.steps.filter(({ inCycle }) => inCycle).map(({ interrupt }) => interrupt)).size,
    ).toBe(20);
  });

  it('is the same again with the same seed, and another run with another', async () => {
    const once = await simulation(['vm.sh', '--seed', '3', '--irqs', '5']);
    expect(await simulation(['vm.sh', '--seed', '3', '--irqs', '5'])).toEqual(once);
    expect((await simulation(['vm.sh', '--seed', '4', '--irqs', '5'])).summary).not.toEqual(once.summary);
  });

  it('lets --set win over the file, for settings of the path and for costs', async () => {
    const result = await simulation([
      '000.sh',
      '--irqs',
      '2',
      '--set',
      'mmapTimeoutMs=0',
      '--set',
      'handler=write-first',
    ]);
    expect(result.settings).toMatchObject({ mmapTimeoutMs: 0, handler: 'write-first' });
    expect(result.summary.regionMapsPerInterrupt).toBe(0);
    const [cost] = (await simulation(['vm.sh', '--irqs', '1'])).steps.flatMap((step) => step.cost ?? []);
    const slow = await simulation(['vm.sh', '--irqs', '1', '--set', `${cost ?? ''}=5000000`]);
    expect(slow.summary.completionNs.max).toBeGreaterThan(5_000_000);
  });

  it('leaves out what the file says for another path', async () => {
    const result = await simulation(['timeout.sh', '--irqs', '1']);
    expect(result).toMatchObject({ path: 'vfio-platform/irqfd', settings: {} });
  });

  it('lets --bug win over the versions, and the last of two over the first', async () => {
    const args = ['vm.sh', '--irqs', '20'];
    const spurious = async (...bugs: string[]): Promise<number> =>
      (await simulation([...args, ...bugs.flatMap((bug) => ['--bug', bug])])).summary.spuriousPerInterrupt;
    expect(await spurious()).toBeGreaterThan(0);
    expect(await spurious('early-eoi=off')).toBe(0);
    expect(await spurious('all=off')).toBe(0);
    expect(await spurious('all=off', 'early-eoi=on')).toBeGreaterThan(0);
    expect(await spurious('early-eoi=on', 'early-eoi=off')).toBe(0);
  });

  it('runs a path by its id', async () => {
    expect((await simulation(['--path', 'vfio-platform/userspace', '--irqs', '1'])).path).toBe(
      'vfio-platform/userspace',
    );
  });

  it('runs the kick of a virtio disk, with its call as the file has it', async () => {
    expect(await simulation(['x86.sh', '--irqs', '2'])).toMatchObject({
      path: 'virtio/notify-sync',
      settings: { device: 'virtio-blk', transport: 'modern', eventIdx: 'off', call: 'intx' },
    });
  });

  it('runs the leg that is asked for, and says of the first that there is another', async () => {
    const kick = await irqpath(['simulate', 'x86.sh', '--irqs', '2'], FILES);
    expect(kick.err).toContain(
      'x86.sh:1:37: running the kick of virtio-blk-pci; --leg call runs the other way',
    );
    const call = await irqpath(['simulate', 'x86.sh', '--irqs', '2', '--leg', 'call'], FILES);
    expect(call).toMatchObject({ status: 0, err: '' });
    expect(call.out).toMatch(/^virtio\/call-intx\n/);
    const none = await irqpath(['simulate', 'vm.sh', '--leg', 'call'], FILES);
    expect(none.status).toBe(2);
    expect(none.err).toContain("vm.sh:1:1: vfio-calxeda-xgmac has no leg 'call'; it has interrupt\n");
  });

  it('speaks of requests and their device where the path is a kick, and counts no interrupts there', async () => {
    const { out } = await irqpath(['simulate', '--path', 'virtio/notify-ioeventfd', '--irqs', '2'], {});
    expect(out).toMatch(/^1 exit · ≈ \S+ µs per request, to the device, without jitter$/m);
    expect(out).toContain(' · 2 requests\n');
    expect(out).toMatch(/^▶ 1\. \d × 1 exit \(/m);
    expect(out).not.toMatch(/interrupts? |per interrupt/);
  });

  it('names the known bugs in the machine, and the command that shows them', async () => {
    const { out } = await irqpath(['simulate', 'vm.sh', '--irqs', '2', '--bug', 'lazy-disable=off'], FILES);
    expect(out).toMatch(/^known bugs in this machine\n {2}early-eoi +The first access is taken/m);
    expect(out).toMatch(/\(only with lines=2\)/);
    expect(out).not.toContain('lazy-disable');
    expect(out).toContain('\nall interleavings: irqpath explore --path vfio-platform/userspace\n');
    const none = await irqpath(['simulate', 'vm.sh', '--irqs', '2', '--bug', 'all=off'], FILES);
    expect(none.out).toContain('\nno known bug of the path is in this machine\n');
  });

  it('shows what comes many times in a row once', async () => {
    const { out } = await irqpath(['simulate', '--path', 'irqfd/level-pulse', '--irqs', '9'], {});
    expect(out.match(/ set-cause /g)).toHaveLength(2);
    expect(out).toMatch(/ set-cause × 8 /);
  });

  it('gives programs the numbers without jitter that people get, beside those of the run', async () => {
    const run = await simulation(['vm.sh', '--irqs', '20']);
    const quiet = ['--set', 'jitterPercent=0', '--set', 'wakeJitterPercent=0'];
    expect(run.withoutJitter).toEqual((await simulation(['vm.sh', '--irqs', '20', ...quiet])).summary);
    expect(run.withoutJitter.latencyNs.p50).not.toBe(run.summary.latencyNs.p50);
  });

  it('takes the device that is named, by id or line, and else the first that can be run, saying so', async () => {
    const first = await irqpath(['simulate', 'two.sh', '--irqs', '1'], FILES);
    expect(first.err).toContain('two.sh:1:60: running vfio-calxeda-xgmac; --device chooses another: b');
    const named = await irqpath(['simulate', 'two.sh', '--irqs', '1', '--device', 'b'], FILES);
    expect(named.out).toContain('b at two.sh:2:2');
    expect((await irqpath(['simulate', 'same.sh', '--device', '3', '--irqs', '1'], FILES)).out).toContain(
      'a at same.sh:3:1',
    );
  });

  it.each([
    [['two.sh', '--device', 'n0'], 'two.sh:1:39: n0 cannot be run: rocker is not modelled yet'],
    [
      ['same.sh', '--device', 'a'],
      "same.sh:1:1: 'a' is the name of several devices; choose one by its line: 1, 3",
    ],
    [
      ['disk.sh'],
      'disk takes virtio/notify-ioeventfd: transport=mmio needs arch=arm: virtio-mmio of a microvm is not modelled',
    ],
    [['unknown.sh'], 'vfio-platform/userspace when x-irqfd ($X) is off (--path runs one of them)'],
  ])('%j: status 2, and why', async (args, message) => {
    const facts = ['--host', 'posting=on,apicv=on'];
    const { status, out, err } = await irqpath(['simulate', ...args, ...facts], FILES);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(message);
  });

  it('draws one cycle as a Mermaid diagram that Mermaid takes, a message a step', async () => {
    const { status, out, err } = await irqpath(
      ['simulate', 'vm.sh', '--format', 'mermaid', '--shape', '2'],
      FILES,
    );
    expect(status).toBe(0);
    expect(err).toMatch(/shape 2 of \d+: \d+ of 100 cycles/);
    const parse = await mermaidParser();
    await expect(parse(out)).resolves.toBeTruthy();
    const shape = (await simulation(['vm.sh'])).shapes[1];
    expect(out.split('\n').filter((line) => /-(?:>>|\))/.test(line))).toHaveLength(
      shape?.labels.length ?? -1,
    );
  });

  it('shows people the steps of the most frequent cycle, the summary and the reasons', async () => {
    const { out } = await irqpath(['simulate', 'vm.sh'], FILES);
    const [shape] = (await simulation(['vm.sh'])).shapes;
    const lines = out.split('\n');
    const steps = lines
      .filter((line) => /^\s*\d+\.\d\d {2}/.test(line))
      .map((line) => line.trim().split(/\s{2,}/)[2]);
    expect(steps).toEqual(shape?.labels);
    const cost = costText({ end: 'quiet', summary: (await simulation(['vm.sh'])).withoutJitter });
    expect(out).toContain(`\n${cost} per interrupt, to the guest's handler, without jitter\n`);
    expect(out).toContain('\nper interrupt, with jitter\n');
    expect(out).toContain('why vfio-calxeda-xgmac takes this path');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('leaves the steps of all but one cycle a shape out of the JSON of a long run, and says so', async () => {
    const { status, out, err } = await irqpath(['simulate', 'vm.sh', '--json', '--irqs', '2001'], FILES);
    expect(status).toBe(0);
    expect(err).toContain('more than 2000 interrupts: steps are those of one cycle a shape');
    const result = JSON.parse(out) as Simulation;
    expect(new Set(result.steps.map(({ interrupt }) => interrupt)).size).toBe(result.shapes.length);
  });

  it('takes a choice that is written with digits', async () => {
    const path = ['--path', 'virtio/notify-iothread', '--host', 'cpus=4', '--irqs', '2'];
    const { status, out } = await irqpath(['simulate', ...path, '--set', 'queues=2', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ interrupts: 4, settings: { queues: '2' } });
  });

  it.each([
    ['2', 'one of them is run, by one vCPU'],
    ['4', 'two of them are run, each by a vCPU'],
  ])('says how many of the queues in use are run, with %s CPUs', async (cpus, words) => {
    const files = { 'q.sh': 'qemu-system-x86_64 -M q35,accel=kvm -smp 4 -device virtio-blk-pci\n' };
    const args = ['simulate', 'q.sh', '--host', `cpus=${cpus}`, '--irqs', '2'];
    expect((await irqpath(args, files)).out).toContain(`\nthe guest uses 4 queues; ${words}\n`);
  });
});
