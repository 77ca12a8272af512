import type { Exploration, ExploredRun } from '../../analysis/exploration.ts';
import type { ExplorationRequest } from '../../analysis/explore-path.ts';
import { explorationWithNames } from '../../analysis/names-in-release.ts';
import { OUTCOMES } from '../../analysis/outcomes.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import {
  FACT_OPTIONS,
  JSON_OPTION,
  readArguments,
  readFactArguments,
  readWholeOption,
  type Arguments,
} from '../arguments.ts';
import { badUsage, type Command } from '../command.ts';
import { BUGS_HELP, choicesHelp, SETTINGS_HELP } from '../choices-text.ts';
import { explorationDiagram } from '../../diagram/exploration-diagram.ts';
import { explorationText } from '../exploration-text.ts';
import { FACTS_HELP } from '../facts-text.ts';
import type { CliIo, ExitStatus } from '../io.ts';
import { noteIdleSettings } from '../note-idle-settings.ts';
import type { PathSettings } from '../../paths/path.ts';
import { DEVICE_HELP, readFormat } from '../run-arguments.ts';
import { runExploration } from '../run-exploration.ts';
import { findSubject } from '../run-subject.ts';
import type { SelectedDevice } from '../select-device.ts';
import { readBugs, readSettings } from '../setting-arguments.ts';

/** More than this fits no memory: a state takes about 90 bytes. */
const MOST_STATES = 200_000_000;

/** `irqpath explore`: all interleavings of a path, and what can go wrong in them. */
export const exploreCommand: Command = {
  name: 'explore',
  synopsis: 'FILE [--device ID] [--leg LEG] | --path ID [options]',
  summary: 'goes through all interleavings of a path and shows how interrupts get lost, stuck or doubled',
  help: [
    '  FILE            a launch file; - reads standard input. The path is that of its device',
    ...DEVICE_HELP,
    '  --path ID       a path instead of a file; irqpath paths lists them',
    '  --bug NAME=on|off  a known bug, whatever the versions say; all=off: none of them; may be repeated',
    '  --reach OUTCOME    asks for a run that comes to this, too; may be repeated',
    '  --set NAME=VALUE   a setting of the path; may be repeated',
    '  --max-states N  gives up when more states are known (8000000, about 700 MB)',
    '  --first         ends at the first run that violates a safety property, a shortest one',
    '  --every-interleaving  leaves none out that makes no difference: slower, for comparing counts',
    '  --format F      text, mermaid (one run), or json',
    '  --run N         which run mermaid draws, from 1: violations, then outcomes that are reached',
    ...FACTS_HELP,
    '',
    'Ctrl-C stops it; what is known by then is printed. Status 1: a property is violated.',
    '',
    ...choicesHelp(
      'outcomes',
      Object.entries(OUTCOMES).map(([name, { title }]) => [name, title]),
    ),
    ...BUGS_HELP,
    ...SETTINGS_HELP,
  ],
  async run(args, io) {
    const read = readArguments(args, OPTIONS, 1);
    if (!read.ok) return badUsage(io, 'explore', read.error);
    const request = readRequest(read.value);
    if (!request.ok) return badUsage(io, 'explore', request.error);
    const format = readFormat(read.value, FORMATS);
    if (!format.ok) return badUsage(io, 'explore', format.error);
    const number = readWholeOption(read.value, 'run', 1);
    if (!number.ok) return badUsage(io, 'explore', number.error);
    const subject = await findSubject('explore', read.value, request.value.facts, io);
    if (!subject.ok) return 2;
    const { path, selected } = subject.value;
    const settings = { ...selected?.leg.settings, ...request.value.settings };
    noteIdleSettings(io, request.value.settings, [{ path, settings }]);
    const exploration = await runExploration({ ...request.value, path, settings }, io);
    if (!exploration.ok) return badUsage(io, 'explore', exploration.error);
    if (!exploration.value.complete && format.value !== 'text') {
      const { states } = exploration.value;
      io.err(`the search was cut off at ${states} states: what is not shown may still be there\n`);
    }
    return show(explorationWithNames(exploration.value), selected, format.value, number.value ?? 1, io);
  },
};

const FORMATS = ['text', 'mermaid', 'json'] as const;

const OPTIONS = {
  ...FACT_OPTIONS,
  ...JSON_OPTION,
  path: { type: 'string' },
  device: { type: 'string' },
  leg: { type: 'string' },
  devices: { type: 'string' },
  bug: { type: 'string', multiple: true },
  reach: { type: 'string', multiple: true },
  set: { type: 'string', multiple: true },
  'max-states': { type: 'string' },
  first: { type: 'boolean' },
  'every-interleaving': { type: 'boolean' },
  format: { type: 'string' },
  run: { type: 'string' },
} as const;

/** An exploration, but for the path, which may be that of a device of a file, and what the file says for it. */
type Request = Omit<ExplorationRequest, 'path' | 'settings'> & { readonly settings: PathSettings };

function readRequest(args: Arguments): Result<Request> {
  if (args.text('devices') !== undefined) {
    return fail('--devices is not built: one device is explored; --set lines=2 gives it two interrupts');
  }
  const facts = readFactArguments(args);
  if (!facts.ok) return facts;
  const settings = readSettings(args.texts('set'));
  if (!settings.ok) return settings;
  const bugs = readBugs(args.texts('bug'));
  if (!bugs.ok) return bugs;
  const maxStates = readWholeOption(args, 'max-states', 1);
  if (!maxStates.ok) return maxStates;
  if ((maxStates.value ?? 0) > MOST_STATES) return fail(`--max-states: at most ${MOST_STATES} fit a memory`);
  return ok({
    facts: facts.value,
    settings: settings.value,
    bugs: bugs.value,
    reach: [...new Set(args.texts('reach'))],
    ...(args.flag('every-interleaving') ? { everyInterleaving: true } : {}),
    ...(maxStates.value === undefined ? {} : { maxStates: maxStates.value }),
    ...(args.flag('first') ? { stopAtViolation: true } : {}),
  });
}

function show(
  exploration: Exploration,
  selected: SelectedDevice | null,
  format: (typeof FORMATS)[number],
  number: number,
  io: CliIo,
): ExitStatus {
  const status = exploration.violations.length > 0 ? 1 : 0;
  if (format === 'json') {
    io.out(`${JSON.stringify(exploration, null, 2)}\n`);
    return status;
  }
  if (format === 'text') {
    io.out(explorationText(exploration, selected));
    return status;
  }
  const runs = runsOf(exploration);
  const run = runs[number - 1];
  if (run === undefined && (runs.length > 0 || number > 1)) {
    return badUsage(io, 'explore', `--run: there is no run ${number}; there are ${runs.length}`);
  }
  if (run === undefined) {
    io.err('nothing to draw: no violation was found, and no outcome that was asked for was reached\n');
    return status;
  }
  if (runs.length > 1) io.err(`run ${number} of ${runs.length}: ${run.name} (--run)\n`);
  io.out(`${explorationDiagram(run, `${exploration.path}: ${run.name}`)}\n`);
  return status;
}

/** Every run that shows something, by the name of what it shows. */
function runsOf({ violations, witnesses }: Exploration): (ExploredRun & { readonly name: string })[] {
  return [
    ...violations.map((run) => ({
      ...run,
      name: `${run.property} violated${run.source === null ? '' : ` (${run.source})`}`,
    })),
    ...witnesses.filter(({ reached }) => reached).map((run) => ({ ...run, name: run.outcome })),
  ];
}
