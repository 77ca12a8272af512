import { fail, ok, type Result } from '../base/result.ts';
import { noMachineProblem, readLaunchFile } from '../config/read-launch-file.ts';
import type { LaunchFile } from '../config/launch-file.ts';
import type { Facts } from '../facts/facts.ts';
import { resolveFile } from '../resolve/resolve-file.ts';
import type { ResolvedFile } from '../resolve/resolved-file.ts';
import type { CliIo } from './io.ts';
import { locatedMessage, problemMessage } from './messages.ts';

/** A launch file as it was read, and as it was resolved: the same machines and devices, in the same order. */
export interface Machines {
  readonly launch: LaunchFile;
  readonly resolved: ResolvedFile;
}

/**
 * Reads and resolves a launch file, and writes its problems to standard error. A file without a machine is an
 * answer too, with a problem that says so. The error is a whole message: nothing of the file could be read.
 */
export async function readMachines(name: string, facts: Facts, io: CliIo): Promise<Result<Machines>> {
  const start = { line: 0, character: 0 };
  const text = await io.read(name);
  if (!text.ok) return fail(locatedMessage(name, start, text.error));
  const file = readLaunchFile(text.value, name);
  if (!file.ok) return fail(locatedMessage(name, file.error.position, file.error.message));
  const resolved = resolveFile(file.value, facts);
  const problems =
    resolved.machines.length === 0 ? [...resolved.problems, noMachineProblem(text.value)] : resolved.problems;
  for (const problem of [...problems, ...resolved.machines.flatMap((machine) => machine.problems)]) {
    io.err(problemMessage(name, problem));
  }
  return ok({ launch: file.value, resolved: { ...resolved, problems } });
}
