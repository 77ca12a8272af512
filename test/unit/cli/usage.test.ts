import { describe, expect, it } from 'vitest';
import { irqpath } from './irqpath.ts';

const FILES = {
  'vm.sh': '-device vfio-platform,host=a,x-irqfd=off\n',
  'no-vm.sh': 'echo hi\n',
  'empty.sh': '',
};

const COMMANDS = ['paths', 'resolve', 'simulate', 'compare', 'explore', 'options'];

describe('calling irqpath', () => {
  it('prints its version and its help to standard output', async () => {
    expect(await irqpath(['--version'])).toEqual({ status: 0, out: 'irqpath 1.2.3\n', err: '' });
    const help = await irqpath(['--help']);
    expect(help).toMatchObject({ status: 0, err: '' });
    for (const command of COMMANDS) expect(help.out).toContain(`  ${command} `);
  });

  it.each(COMMANDS)('explains %s, in lines that fit a terminal', async (command) => {
    const { status, out } = await irqpath([command, '--help']);
    expect(status).toBe(0);
    expect(out).toContain(`usage: irqpath ${command} `);
    expect(out).toContain('--json');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it.each([
    [[], /usage: irqpath COMMAND/],
    [['simulat'], /no command 'simulat'; did you mean 'simulate'\?/],
    [['frobnicate'], /expected paths, resolve, simulate, compare, explore, trace, options/],
    [['paths', 'x'], /unexpected argument 'x'/],
    [['paths', '--bogus'], /Unknown option '--bogus'; expected --json/],
    [['resolve', 'vm.sh', '--gest', 'msi=off'], /Unknown option '--gest'; did you mean --guest\?/],
    [['resolve', 'vm.sh', '--host'], /--host: its value is missing/],
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
    [['options', 'vfio-pci.x-irqfd'], /no option 'vfio-pci.x-irqfd' is documented/],
    [['options', 'qqqqqqqq'], /is documented; irqpath options lists all/],
    [['options', 'vfio-pci.x-reqq'], /is documented; did you mean 'x-req'\?/],
    [['options', 'vfio-pci.qqqqqqqq'], /is documented; those of vfio-pci are x-no-kvm-msix, /],
    [['options', 'x-irqdf'], /no option 'x-irqdf' is documented; did you mean 'x-irqfd'\?/],
    [['simulate'], /expected either a FILE or --path ID/],
    [['simulate', 'vm.sh', '--path', 'vfio-platform/userspace'], /expected either a FILE or --path ID/],
    [['simulate', '--path', 'vfio-platform/userspace', '--device', 'a'], /--device needs a FILE/],
    [['simulate', '--path', 'no/such'], /no path "no\/such" is built; built: .*vfio-platform\/userspace/],
    [['simulate', '--path', 'vfio-pci/intx-irq'], /is built; did you mean 'vfio-pci\/intx-irqfd'\?/],
    [['simulate', 'vm.sh', '--irqs', '-1'], /--irqs: its value is missing; .* is written --irqs=VALUE$/m],
    [['simulate', 'vm.sh', '--irqs', '99999999999'], /--irqs: '99999999999' is more than 9999999999/],
    [['simulate', 'vm.sh', '--set', '__proto__=1'], /no setting "__proto__"/],
    [['simulate', 'vm.sh', '--set', 'constructor=1'], /no setting "constructor"/],
    [['simulate', 'vm.sh', '--set', 'mmapTimeoutms=1'], /did you mean 'mmapTimeoutMs'\?/],
    [['simulate', 'vm.sh', '--irqs', 'many'], /--irqs: 'many' is no whole number from 1 on/],
    [['simulate', 'vm.sh', '--irqs', '0'], /--irqs: '0' is no whole number from 1 on/],
    [['simulate', 'vm.sh', '--set', 'x'], /--set: 'x' is no setting; expected NAME=VALUE/],
    [['simulate', 'vm.sh', '--set', 'nonsense=1'], /no setting "nonsense"; known: mmapTimeoutMs/],
    [['simulate', 'vm.sh', '--set', 'mmapTimeoutMs=x'], /mmapTimeoutMs: expected a whole number/],
    [['simulate', 'vm.sh', '--format', 'svg'], /--format: 'svg' is no format; expected text, mermaid, json/],
    [['simulate', 'vm.sh', '--profile', 'z80'], /no profile "z80"; known: cortex-a15/],
    [['simulate', 'vm.sh', '--workload', 'zzz'], /no workload "zzz"; known: periodic/],
    [['simulate', 'vm.sh', '--shape', '99'], /--shape: there is no shape 99; the run has \d+/],
    [['simulate', 'vm.sh', '--bug', 'early-eoi'], /--bug: 'early-eoi' is no switch; expected NAME=on/],
    [['simulate', 'vm.sh', '--bug', 'early-eoi=1'], /--bug: 'early-eoi=1' is no switch/],
    [['simulate', 'vm.sh', '--bug', 'no-such=on'], /there is no bug "no-such"; known: early-eoi/],
    [['compare'], /expected either a FILE or --paths/],
    [['compare', 'vm.sh', '--paths', 'a,b'], /expected either a FILE or --paths/],
    [['compare', '--paths', 'vfio-platform/irqfd'], /is one path; expected two or more/],
    [['compare', '--paths', 'a,b,a'], /'a' is named twice/],
    [['compare', '--paths', 'no/such,vfio-platform/irqfd'], /no path "no\/such" is built/],
    [['compare', '--paths', 'a,b', '--device', 'x'], /--device needs a FILE/],
    [['compare', 'vm.sh', '--format', 'mermaid'], /'mermaid' is no format; expected text, json/],
    [['compare', 'missing.sh'], /^missing\.sh:1:1: no such file$/m],
    [['explore'], /expected either a FILE or --path ID/],
    [['explore', 'vm.sh', '--path', 'vfio-platform/irqfd'], /expected either a FILE or --path ID/],
    [['explore', '--path', 'vfio-platform/irqfd', '--device', 'x'], /--device needs a FILE/],
    [['explore', 'no-vm.sh'], /^no-vm\.sh:1:1: the file asks for no device/m],
    [['explore', '--path', 'no/such'], /no path "no\/such" is built/],
    [['explore', '--path', 'vfio-platform/irqfd', '--devices', '2'], /--devices is not built/],
    [['explore', '--path', 'vfio-platform/irqfd', '--reach', 'constructor'], /no outcome "constructor"/],
    [['explore', '--path', 'vfio-platform/irqfd', '--reach', 'x'], /no outcome "x"; known: spurious/],
    [['explore', '--path', 'vfio-platform/irqfd', '--bug', 'x=off'], /there is no bug "x"; known: /],
    [['explore', '--path', 'vfio-platform/irqfd', '--max-states', '0'], /'0' is no whole number from 1 on/],
    [['explore', '--path', 'vfio-platform/irqfd', '--max-states', '9999999999'], /at most \d+ fit a memory/],
    [['explore', '--path', 'vfio-platform/irqfd', '--set', 'nonsense=1'], /no setting "nonsense"/],
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
