import { WITHOUT_JITTER } from '../../analysis/cost-text.ts';
import { simulationWithNames } from '../../analysis/names-in-release.ts';
import { measure, simulate } from '../../analysis/simulate.ts';
import type { Measurement, Simulation } from '../../analysis/simulation.ts';
import { ok, type Result } from '../../base/result.ts';
import { readArguments, readWholeOption, type Arguments } from '../arguments.ts';
import { badUsage, type Command } from '../command.ts';
import { CHOICES_HELP } from '../choices-text.ts';
import { FACTS_HELP } from '../facts-text.ts';
import type { CliIo, ExitStatus } from '../io.ts';
import { noteIdleSettings } from '../note-idle-settings.ts';
import {
  DEVICE_HELP,
  readFormat,
  readRunArguments,
  RUN_HELP,
  RUN_OPTIONS,
  type RunArguments,
} from '../run-arguments.ts';
import { findSubject, type Subject } from '../run-subject.ts';
import type { SelectedDevice } from '../select-device.ts';
import { shapeDiagram, simulationText } from '../simulation-text.ts';

const FORMATS = ['text', 'mermaid', 'json'] as const;
type Format = (typeof FORMATS)[number];
/** With more interrupts the JSON holds the steps of one cycle a shape: all of them would fill the memory. */
const MOST_INTERRUPTS_WITH_ALL_STEPS = 2_000;

/** `irqpath simulate`: runs the path of a device, or a path by its id. */
export const simulateCommand: Command = {
  name: 'simulate',
  synopsis: 'FILE [--device ID] [--leg LEG] | --path ID [options]',
  summary: 'runs a path and shows its steps, what they cost, and how its cycles differ',
  help: [
    '  FILE            a launch file; - reads standard input. The path is that of its device',
    ...DEVICE_HELP,
    '  --path ID       a path instead of a file; irqpath paths lists them',
    ...RUN_HELP,
    '  --format F      text, mermaid (one cycle), or json',
    '  --shape N       which shape of cycle text and mermaid show, counted from 1 (the most frequent)',
    ...FACTS_HELP,
    '',
    ...CHOICES_HELP,
  ],
  async run(args, io) {
    const read = readArguments(args, OPTIONS, 1);
    if (!read.ok) return badUsage(io, 'simulate', read.error);
    const request = readRequest(read.value);
    if (!request.ok) return badUsage(io, 'simulate', request.error);
    const subject = await findSubject('simulate', read.value, request.value.facts, io);
    if (!subject.ok) return 2;
    return runAndShow(request.value, subject.value, io);
  },
};

const OPTIONS = { ...RUN_OPTIONS, path: { type: 'string' }, shape: { type: 'string' } } as const;

interface Request extends RunArguments {
  readonly format: Format;
  readonly shape: number;
}

function readRequest(args: Arguments): Result<Request> {
  const run = readRunArguments(args);
  if (!run.ok) return run;
  const format = readFormat(args, FORMATS);
  if (!format.ok) return format;
  const shape = readWholeOption(args, 'shape', 1);
  if (!shape.ok) return shape;
  return ok({ ...run.value, format: format.value, shape: shape.value ?? 1 });
}

function runAndShow(request: Request, { path, selected }: Subject, io: CliIo): ExitStatus {
  const { facts, format, bugs, options } = request;
  const all = format === 'json' && (options.interrupts ?? 0) <= MOST_INTERRUPTS_WITH_ALL_STEPS;
  const asked = {
    path,
    facts,
    settings: { ...selected?.leg.settings, ...request.settings },
    bugs,
    ...options,
  };
  const simulation = simulate(asked, all ? 'all' : 'shapes');
  if (!simulation.ok) return badUsage(io, 'simulate', simulation.error);
  const quiet = measure({ ...asked, settings: { ...asked.settings, ...WITHOUT_JITTER } });
  if (!quiet.ok) return badUsage(io, 'simulate', quiet.error);
  noteIdleSettings(io, request.settings, [simulation.value]);
  return show(simulationWithNames(simulation.value), quiet.value, request, selected, all, io);
}

function show(
  simulation: Simulation,
  quiet: Measurement,
  { format, shape: number }: Request,
  selected: SelectedDevice | null,
  all: boolean,
  io: CliIo,
): ExitStatus {
  if (format === 'json') {
    if (!all) {
      io.err(
        `more than ${MOST_INTERRUPTS_WITH_ALL_STEPS} interrupts: steps are those of one cycle a shape\n`,
      );
    }
    io.out(`${JSON.stringify({ ...simulation, withoutJitter: quiet.summary }, null, 2)}\n`);
    return 0;
  }
  const shape = simulation.shapes[number - 1];
  if (shape === undefined) {
    return badUsage(
      io,
      'simulate',
      `--shape: there is no shape ${number}; the run has ${simulation.shapes.length}`,
    );
  }
  if (format === 'text') {
    io.out(simulationText(simulation, quiet, shape, selected));
    return 0;
  }
  if (simulation.shapes.length > 1) {
    const cycles = simulation.shapes.reduce((sum, { count }) => sum + count, 0);
    io.err(`shape ${number} of ${simulation.shapes.length}: ${shape.count} of ${cycles} cycles (--shape)\n`);
  }
  io.out(`${shapeDiagram(simulation, shape)}\n`);
  return 0;
}
