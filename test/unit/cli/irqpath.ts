import { run } from '../../../src/cli/run.ts';
import type { CliIo } from '../../../src/cli/io.ts';
import { fail, ok } from '../../../src/base/result.ts';

/** How a run of `irqpath` ended. */
export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `irqpath` in this process, with files that need not exist. */
export async function irqpath(
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
  io: Partial<CliIo> = {},
): Promise<Outcome> {
  let out = '';
  let err = '';
  const status = await run(args, {
    version: '1.2.3',
    out: (text) => (out += text),
    err: (text) => (err += text),
    progress: () => undefined,
    interruption: () => new AbortController().signal,
    read: (name) => Promise.resolve(files[name] === undefined ? fail('no such file') : ok(files[name])),
    readPieces: (name, take) => {
      if (files[name] === undefined) return Promise.resolve(fail('no such file'));
      take(new TextEncoder().encode(files[name]));
      return Promise.resolve(ok(null));
    },
    runProgram: () => Promise.resolve(fail('no such program')),
    ...io,
  });
  return { status, out, err };
}

/** Its JSON output. */
export async function irqpathJson(
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const { status, out, err } = await irqpath([...args, '--json'], files);
  if (status !== 0) throw new Error(err);
  return JSON.parse(out);
}
