import { describe, expect, it } from 'vitest';
import { version } from '../../../package.json';
import { irqpath } from './irqpath.ts';

const FILES = {
  'vm.sh': '-device vfio-platform,host=a,x-irqfd=off\n',
  'no-vm.sh': 'echo hi\n',
  'empty.sh': '',
};

describe('calling irqpath', () => {
  it('prints its version and its help to standard output', async () => {
    expect(await irqpath(['--version'])).toEqual({ status: 0, out: `irqpath ${version}\n`, err: '' });
    const help = await irqpath(['--help']);
    expect(help).toMatchObject({ status: 0, err: '' });
    for (const command of ['paths', 'resolve', 'simulate', 'options'])
      expect(help.out).toContain(`  ${command} `);
  });

  it.each(['paths', 'resolve', 'simulate', 'options'])(
    'explains %s, in lines that fit a terminal',
    async (command) => {
      const { status, out } = await irqpath([command, '--help']);
      expect(status).toBe(0);
      expect(out).toContain(`usage: irqpath ${command} `);
      expect(out).toContain('--json');
      for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    },
  );

  it.each([
    [[], /usage: irqpath COMMAND/],
    [['simulat'], /no command 'simulat'; did you mean 'simulate'\?/],
    [['frobnicate'], /expected paths, resolve, simulate, options/],
    [['paths', 'x'], /unexpected argument 'x'/],
    [['paths', '--bogus'], /Unknown option '--bogus'/],
    [['resolve'], /a FILE is missing/],
    [
      ['resolve', 'vm.sh', '--host', 'qemo=1'],
      /--host, column 1: unknown fact 'qemo'; did you mean 'qemu'\?/,
    ],
    [
      ['resolve', 'vm.sh', '--guest', 'msi=x'],
      /--guest, column 1: 'x' is no value for msi; expected on or off/,
    ],
    [['resolve', 'missing.sh'], /^missing\.sh:1:1: no such file$/m],
    [['options', 'x-irqdf'], /no option 'x-irqdf' is documented; did you mean 'x-irqfd'\?/],
    [['simulate'], /expected either a FILE or --path ID/],
    [['simulate', 'vm.sh', '--path', 'vfio-platform/userspace'], /expected either a FILE or --path ID/],
    [['simulate', '--path', 'vfio-platform/userspace', '--device', 'a'], /--device needs a FILE/],
    [['simulate', '--path', 'no/such'], /no path "no\/such" is built; built: .*vfio-platform\/userspace/],
    [['simulate', 'vm.sh', '--irqs', 'many'], /--irqs: 'many' is no whole number from 1 on/],
    [['simulate', 'vm.sh', '--irqs', '0'], /--irqs: '0' is no whole number from 1 on/],
    [['simulate', 'vm.sh', '--set', 'x'], /--set: 'x' is no setting; expected NAME=VALUE/],
    [['simulate', 'vm.sh', '--set', 'nonsense=1'], /no setting "nonsense"; known: mmapTimeoutMs/],
    [['simulate', 'vm.sh', '--set', 'mmapTimeoutMs=x'], /mmapTimeoutMs: expected a whole number/],
    [['simulate', 'vm.sh', '--format', 'svg'], /--format: 'svg' is no format; expected text, mermaid, json/],
    [['simulate', 'vm.sh', '--profile', 'z80'], /no profile "z80"; known: cortex-a15/],
    [['simulate', 'vm.sh', '--workload', 'zzz'], /no workload "zzz"; known: periodic/],
    [['simulate', 'vm.sh', '--shape', '99'], /--shape: there is no shape 99; the run has \d+/],
    [['simulate', 'vm.sh', '--device', 'eth9'], /^vm\.sh:1:1: no device 'eth9'; there are vfio-platform$/m],
    [['simulate', 'no-vm.sh'], /^no-vm\.sh:1:1: the file asks for no device/m],
    [['simulate', 'empty.sh'], /^empty\.sh:1:1: information: the file is empty/m],
  ])('%j ends with status 2 and says what was expected', async (args, message) => {
    const { status, out, err } = await irqpath(args, FILES);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(message);
  });
});
