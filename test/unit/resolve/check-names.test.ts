import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../../src/base/steps.ts';
import { withReplacements } from '../../../src/base/text-replacement.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { fixesFor } from '../../../src/extension/assist/fixes.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const VM = 'qemu-system-x86_64 -M q35 -accel kvm -device virtio-rng-pci';

/** Code and place of every problem that names an option, and what its first correction writes. */
function found(options: string, qemu = '10.1'): string[] {
  const text = `${VM} ${options}`;
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu } };
  const file = unwrap(readLaunchFile(text, 'vm.sh'));
  const problems = resolveFile(file, facts).machines.flatMap((machine) => machine.problems);
  return problems
    .filter(({ code }) => code === 'unknown-option' || code === 'option-not-in-release')
    .map((problem) => {
      const { start, end } = problem.range;
      const [fix] = runToEnd(fixesFor(text, file, problem, facts));
      const written = fix ? withReplacements(text, fix.edits).slice(VM.length + 1) : 'nothing';
      return `${problem.code} ${text.slice(start.character, end.character)} → ${written}`;
    });
}

describe('names of options that a release of QEMU does not have', () => {
  it.each([
    ['-netdev tap,id=n,vhostforc=on', '10.1', ['unknown-option vhostforc → -netdev tap,id=n,vhostforce=on']],
    [
      '-object iothread,id=io,poll-max-n=0',
      '10.1',
      ['unknown-option poll-max-n → -object iothread,id=io,poll-max-ns=0'],
    ],
    [
      '-object iothread,id=io,poll-max-ns=0',
      '2.8',
      ['option-not-in-release poll-max-ns → -object iothread,id=io'],
    ],
    ['-machine its=off', '2.7', ['option-not-in-release its → nothing']],
    [
      '-global virtio-rng-pci.ioeventf=off',
      '10.1',
      ['unknown-option ioeventf → -global virtio-rng-pci.ioeventfd=off'],
    ],
  ] as const)('%s with QEMU %s', (options, qemu, expected) => {
    expect(found(options, qemu)).toEqual(expected);
  });

  it('are not those of other drivers and backends, of which not all is known here', () => {
    expect(found('-netdev user,id=n,vhostforc=on')).toEqual([]);
    expect(found('-netdev tap,id=n,ifname=tap0,script=no,downscript=no,vhostfds=3')).toEqual([]);
    expect(
      found('-object memory-backend-file,id=m,size=1G,mem-path=/m,share=on,prealloc=on,merge=off'),
    ).toEqual([]);
    expect(found('-global ICH9-LPC.disable_s3=1 -global kvm-pit.lost_tick_policy=delay')).toEqual([]);
    expect(found('-global virtio-rng-pci.disable-legacy=on')).toEqual([]);
  });
});
