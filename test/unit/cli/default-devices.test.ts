import { describe, expect, it } from 'vitest';
import { irqpath } from './irqpath.ts';

const Q35 = 'qemu-system-x86_64 -M q35,accel=kvm';
const TWO = `${Q35} -device vfio-pci,host=1:00.0,id=nic\n`;
const FILES = {
  'one.sh': TWO,
  'two.sh': `${TWO}${Q35} "$@"\n`,
  'bare.sh': Q35,
};

describe('devices that a machine has by default, on the command line', () => {
  it('are named by resolve behind those of the file, each with why it is there', async () => {
    const { status, out, err } = await irqpath(['resolve', 'two.sh'], FILES);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const [first = '', second = ''] = out.split(/^two\.sh:/m).slice(1);
    expect(first).toMatch(
      /^ {2}nic \(vfio-pci\), line 1$[^]*^ {2}by default, not in the file:\n {4}ich9-ahci: interrupt emulated\/msi, kick emulated\/doorbell-sync$/m,
    );
    expect(first).toContain('· q35 has it whatever devices are asked for; left out by -machine sata=off\n');
    expect(second).toContain('  no -device\n  by default, not in the file:\n');
    expect(second).toContain('· q35 has it where no option is about networks, unless $@ leaves it out');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('are run by name, and without a name where nothing is written', async () => {
    const run = (...args: readonly string[]) => irqpath(['simulate', ...args, '--irqs', '1'], FILES);
    expect((await run('one.sh', '--device', 'isa-serial')).out).toContain('emulated/line');
    expect((await run('bare.sh')).err).toContain(
      'running ich9-ahci; --device chooses another: e1000e, isa-serial',
    );
    expect((await run('one.sh')).out).toContain('vfio-pci/msi-irqfd');
  });

  it('are no answer to the number of a line, nor to a name that two machines have', async () => {
    const run = (...args: readonly string[]) => irqpath(['simulate', ...args], FILES);
    expect(await run('bare.sh', '--device', '1')).toMatchObject({
      status: 2,
      err: "bare.sh:1:1: no device '1'; there are ich9-ahci, e1000e, isa-serial\n",
    });
    expect((await run('two.sh', '--device', 'e1000e')).err).toBe(
      "two.sh:1:23: several machines of the file have 'e1000e' by default\n",
    );
  });
});
