import { describe, expect, it } from 'vitest';
import { fail, ok } from '../../../src/base/result.ts';
import { runProgram } from '../../../src/cli/run-program.ts';
import { recordedQemu } from '../../support/qemu-help.ts';
import { irqpath } from './irqpath.ts';

const QEMU = recordedQemu('10.0', 'x86_64');

/** Runs the command with a recorded QEMU, some of whose words are replaced. */
async function compare(args: readonly string[], from = '', to = '') {
  return await irqpath(
    ['options', ...args],
    {},
    {
      runProgram: (program, question) => {
        const answer = program === 'qemu' ? QEMU.to(question) : undefined;
        return Promise.resolve(answer === undefined ? fail('no such program') : ok(answer.replace(from, to)));
      },
    },
  );
}

describe('irqpath options --qemu', () => {
  it('says that a QEMU and the catalogue agree, and what is explained', async () => {
    const { status, out } = await compare(['--qemu', 'qemu']);
    expect(status).toBe(0);
    expect(out).toContain('qemu is QEMU 10.0.2.');
    expect(out).toContain('The catalogue and this QEMU agree.');
    expect(out).toContain('Explained: QEMU takes queues= here');
  });

  it('ends with status 1 and names the option where they differ', async () => {
    const { status, out } = await compare(['--qemu', 'qemu', '--json'], 'x-no-kvm-msix=', 'x-no-kvm-msiy=');
    expect(status).toBe(1);
    const report = JSON.parse(out) as { differences: { name: string; kind: string }[] };
    expect(report.differences.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'missing x-no-kvm-msix',
      'unknown x-no-kvm-msiy',
      'missing x-no-kvm-msix',
      'unknown x-no-kvm-msiy',
    ]);
  });

  it('refuses what is no QEMU, what is no program, and a name beside it', async () => {
    expect(await compare(['--qemu', 'other'])).toMatchObject({
      status: 2,
      err: expect.stringContaining('no such program') as unknown,
    });
    expect(await compare(['--qemu', 'qemu'], 'QEMU emulator', 'GNU bash,')).toMatchObject({
      status: 2,
      err: expect.stringContaining('this is no QEMU') as unknown,
    });
    expect((await compare(['x-req', '--qemu', 'qemu'])).status).toBe(2);
  });
});

describe('runProgram', () => {
  it('gives what a program prints, and says why there is nothing', async () => {
    expect(await runProgram(process.execPath, ['-p', '6*7'])).toEqual(ok('42\n'));
    expect(await runProgram('/no/such/program', [])).toEqual(fail('no such program'));
    expect(await runProgram(process.execPath, ['-e', 'console.error("no"); process.exit(3)'])).toEqual(
      fail('no'),
    );
    expect(await runProgram(process.execPath, ['-e', 'process.exit(3)'])).toEqual(
      fail('it ended with status 3 and said nothing'),
    );
  });
});
