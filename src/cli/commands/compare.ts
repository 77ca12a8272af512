import { fail, ok, type Result } from '../../base/result.ts';
import type { Facts } from '../../facts/facts.ts';
import { findPath } from '../../paths/all-paths.ts';
import type { PathSettings } from '../../paths/path.ts';
import type { RejectedPath } from '../../resolve/resolved-file.ts';
import { readArguments, type Arguments } from '../arguments.ts';
import { badUsage, type Command } from '../command.ts';
import { CHOICES_HELP } from '../choices-text.ts';
import { compareRuns } from '../comparison.ts';
import { comparisonText } from '../comparison-text.ts';
import { FACTS_HELP } from '../facts-text.ts';
import type { CliIo } from '../io.ts';
import { noteIdleSettings } from '../note-idle-settings.ts';
import {
  DEVICE_HELP,
  needsFile,
  readFormat,
  readRunArguments,
  RUN_HELP,
  RUN_OPTIONS,
} from '../run-arguments.ts';
import { selectFromFile } from '../select-from-file.ts';
import { wrap } from '../text.ts';

/** `irqpath compare`: the summaries of several paths side by side. */
export const compareCommand: Command = {
  name: 'compare',
  synopsis: 'FILE [--device ID] [--leg LEG] | --paths A,B,… [options]',
  summary: 'runs several paths alike and puts what an interrupt costs on each side by side',
  help: [
    '  FILE            a launch file; - reads standard input. Its device is compared',
    ...DEVICE_HELP,
    '  --paths A,B,…   paths instead of a file; the others are compared with the first',
    ...RUN_HELP,
    '                  a setting or a bug that only some of the paths have counts for those',
    '  --format F      text or json',
    ...FACTS_HELP,
    '',
    ...CHOICES_HELP,
  ],
  async run(args, io) {
    const read = readArguments(args, OPTIONS, 1);
    if (!read.ok) return badUsage(io, 'compare', read.error);
    const request = readRunArguments(read.value);
    if (!request.ok) return badUsage(io, 'compare', request.error);
    const format = readFormat(read.value, FORMATS);
    if (!format.ok) return badUsage(io, 'compare', format.error);
    const wrong = wrongSubject(read.value);
    if (wrong !== undefined) return badUsage(io, 'compare', wrong);
    const subject = await findSubject(read.value, request.value.facts, io);
    if (!subject.ok) {
      io.err(subject.error);
      return 2;
    }
    const { paths, settingsFor, reasons } = subject.value;
    const runs = compareRuns(paths, request.value, settingsFor);
    if (!runs.ok) return badUsage(io, 'compare', runs.error);
    noteIdleSettings(io, request.value.settings, runs.value);
    io.out(
      format.value === 'json'
        ? `${JSON.stringify(runs.value, null, 2)}\n`
        : comparisonText(runs.value, reasons),
    );
    return 0;
  },
};

const FORMATS = ['text', 'json'] as const;

const OPTIONS = { ...RUN_OPTIONS, paths: { type: 'string' } } as const;

/** What is to be compared. */
interface Subject {
  readonly paths: readonly string[];
  /** What a file says of its device for a run of a path. */
  readonly settingsFor: (path: string) => PathSettings;
  /** Why the device does not take the others. */
  readonly reasons: readonly string[];
}

/** What is wrong with the way in which paths are named; undefined if nothing is. */
function wrongSubject(args: Arguments): string | undefined {
  const paths = args.text('paths');
  if ((args.positionals[0] === undefined) === (paths === undefined))
    return 'expected either a FILE or --paths A,B,…';
  if (paths === undefined) return undefined;
  const foreign = needsFile(args);
  if (foreign !== undefined) return foreign;
  const ids = paths.split(',');
  if (ids.length < 2)
    return `--paths: '${paths}' is one path; expected two or more, with commas between them`;
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  return twice === undefined ? undefined : `--paths: '${twice}' is named twice`;
}

/** The error is a whole message. */
async function findSubject(args: Arguments, facts: Facts, io: CliIo): Promise<Result<Subject>> {
  const paths = args.text('paths');
  if (paths !== undefined) return ok({ paths: paths.split(','), settingsFor: () => ({}), reasons: [] });
  const selected = await selectFromFile(args.positionals[0] ?? '-', args, facts, io);
  if (!selected.ok) return selected;
  const { device, settingsFor } = selected.value;
  const { path, note, rejected } = device.leg;
  const built = rejected.filter((other) => other.path !== path && findPath(other.path) !== undefined);
  const refused = new Map(built.map((other) => [other.path, refusal(other.path, settingsFor, facts)]));
  const others = built.filter((other) => refused.get(other.path) === undefined);
  if (others.length === 0)
    return fail(`${device.place}: there is no other path that this device could be compared with\n`);
  return ok({
    paths: [path, ...new Set(others.map((other) => other.path))],
    settingsFor,
    reasons: [
      `${device.device.id} at ${device.place} takes ${path}`,
      ...(note === null ? [] : wrap(note, '  note: ', '    ')),
      ...others.flatMap(reasonText),
      ...[...refused].flatMap(([other, error]) =>
        error === undefined ? [] : wrap(error, `  ${other} is left out: `, '    '),
      ),
    ],
  });
}

/** Why no run of a path is possible on this host; undefined if one is. */
function refusal(
  path: string,
  settingsFor: (path: string) => PathSettings,
  facts: Facts,
): string | undefined {
  const wiring = findPath(path)?.wire(settingsFor(path), facts, new Set());
  return wiring === undefined || wiring.ok ? undefined : wiring.error;
}

function reasonText({ path, because }: RejectedPath): string[] {
  return wrap(`not ${path}: ${because}`, '  × ');
}
