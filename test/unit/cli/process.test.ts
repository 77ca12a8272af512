import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
let program: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irqpath-'));
  program = join(folder, 'cli.js');
  await build({
    entryPoints: [join(import.meta.dirname, '../../../src/cli/main.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function irqpath(args: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [program, ...args],
      { cwd: folder, maxBuffer: 1 << 28 },
      (error, out, err) => {
        resolve({
          status: error === null ? 0 : typeof error.code === 'number' ? error.code : null,
          out,
          err,
        });
      },
    );
    // A program that refuses its input does not read it all.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

describe('irqpath as a program', () => {
  it('has the version of its package', async () => {
    const text = readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8');
    const { version } = JSON.parse(text) as { version: string };
    expect((await irqpath(['--version'])).out).toBe(`irqpath ${version}\n`);
  });

  it('reads a file and standard input', async () => {
    const text = '-device vfio-platform,host=a,x-irqfd=off\n';
    const fromFile = await irqpath(['resolve', file('vm.sh', text), '--json']);
    const fromInput = await irqpath(['resolve', '-', '--json'], text);
    expect(fromFile.status).toBe(0);
    expect(JSON.parse(fromInput.out)).toEqual({ ...JSON.parse(fromFile.out), file: '-' });
  });

  it('passes over a byte order mark', async () => {
    const { out, err } = await irqpath([
      'resolve',
      file('bom.sh', '\ufeff-device vfio-platform,host=a,bogus=1\n'),
    ]);
    expect(out).toContain('vfio-platform/irqfd');
    expect(err).toContain('bom.sh:1:30: error: vfio-platform has no option');
  });

  it.each([
    ['a file that is not there', () => 'missing.sh', /^missing\.sh:1:1: no such file\n$/],
    ['a directory', () => '.', /^\.:1:1: is a directory; expected a file\n$/],
    [
      'a binary file',
      () => file('cat', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 10, 0, 1])),
      /^cat:2:1: the file is binary/,
    ],
    [
      'a hundred megabytes',
      () => file('big.sh', Buffer.alloc(100_000_000, 'x')),
      /^big\.sh:1:1: the file is too large .*95 MiB/,
    ],
    ['a device without an end', () => '/dev/zero', /^\/dev\/zero:1:1: the file is binary/],
  ])('refuses %s at once, with status 2', async (_, name, message) => {
    const { status, out, err } = await irqpath(['resolve', name()]);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(message);
  });

  it.skipIf(process.getuid?.() === 0)('refuses a file that it may not read', async () => {
    chmodSync(join(folder, file('secret.sh', 'x')), 0);
    const { status, err } = await irqpath(['resolve', 'secret.sh']);
    expect(status).toBe(2);
    expect(err).toBe('secret.sh:1:1: no permission to read it\n');
  });

  it('refuses standard input without an end', async () => {
    const { status, err } = await irqpath(['resolve', '-'], 'x'.repeat(17 * 1024 * 1024));
    expect(status).toBe(2);
    expect(err).toMatch(/^<stdin>:1:1: the file is too large/);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const child = spawn(process.execPath, [
      program,
      'simulate',
      '--path',
      'vfio-platform/userspace',
      '--json',
    ]);
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect({ status, err }).toEqual({ status: 0, err: '' });
  });

  it('ends an exploration at Ctrl-C with what it knows', { timeout: 60_000 }, async () => {
    const args = ['explore', '--path', 'vfio-platform/userspace', '--set', 'lines=2', '--json'];
    const ended = await interruptedOnceListening(args);
    const known = JSON.parse(ended.out) as Exploration;
    expect(known.complete).toBe(false);
    expect(known.states).toBeGreaterThan(1);
    expect(ended.status).toBe(known.violations.length > 0 ? 1 : 0);
    expect(ended.err).toBe(
      `the search was cut off at ${known.states} states: what is not shown may still be there\n`,
    );
  });
});

/** Runs a command and sends it SIGINT; a slow machine may need more time until the command listens to it. */
async function interruptedOnceListening(args: readonly string[], afterMs = 1000): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args]);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGINT'), afterMs);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  const isTooEarly = status === null && afterMs < 10_000;
  return isTooEarly ? interruptedOnceListening(args, afterMs * 2) : { status, out, err };
}
