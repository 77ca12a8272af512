import { fail, ok, type Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import type { Arguments } from './arguments.ts';
import { badUsage } from './command.ts';
import type { CliIo } from './io.ts';
import { needsFile } from './run-arguments.ts';
import type { SelectedDevice } from './select-device.ts';
import { selectFromFile } from './select-from-file.ts';

/** What a command is about: a path, and the device of a file that takes it; null without a file. */
export interface Subject {
  readonly path: string;
  readonly selected: SelectedDevice | null;
}

/** Finds what `FILE [--device ID] [--leg LEG]` or `--path ID` means. What is wrong has been said when it fails. */
export async function findSubject(
  command: string,
  args: Arguments,
  facts: Facts,
  io: CliIo,
): Promise<Result<Subject>> {
  const file = args.positionals[0];
  const path = args.text('path');
  const usage = (message: string): Result<Subject> => {
    badUsage(io, command, message);
    return fail(message);
  };
  if ((file === undefined) === (path === undefined)) return usage('expected either a FILE or --path ID');
  if (path !== undefined) {
    const foreign = needsFile(args);
    return foreign === undefined ? ok({ path, selected: null }) : usage(foreign);
  }
  const selected = await selectFromFile(file ?? '-', args, facts, io);
  if (!selected.ok) {
    io.err(selected.error);
    return selected;
  }
  const { device } = selected.value;
  return ok({ path: device.leg.path, selected: device });
}
