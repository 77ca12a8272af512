import { simulate } from '../../analysis/simulate.ts';
import type { Simulation } from '../../analysis/simulation.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Facts } from '../../facts/facts.ts';
import { ALL_PATHS, findPath } from '../../paths/all-paths.ts';
import type { PathSettings } from '../../paths/path.ts';
import type { Arguments } from '../arguments.ts';
import {
  FACT_OPTIONS,
  JSON_OPTION,
  readArguments,
  readFactArguments,
  readWholeOption,
} from '../arguments.ts';
import { badUsage, type Command } from '../command.ts';
import { CHOICES_HELP } from '../choices-text.ts';
import { FACTS_HELP } from '../facts-text.ts';
import type { CliIo, ExitStatus } from '../io.ts';
import { readMachines } from '../read-machines.ts';
import { selectDevice, type SelectedDevice } from '../select-device.ts';
import { shapeDiagram, simulationText } from '../simulation-text.ts';

const FORMATS = ['text', 'mermaid', 'json'];
/** With more interrupts the JSON holds the steps of one cycle a shape: all of them would fill the memory. */
const MOST_INTERRUPTS_WITH_ALL_STEPS = 2_000;

/** `irqpath simulate`: runs the path of a device, or a path by its id. */
export const simulateCommand: Command = {
  name: 'simulate',
  synopsis: 'FILE [--device ID] | --path ID [options]',
  summary: 'runs a path and shows its steps, what they cost, and how its cycles differ',
  help: [
    '  FILE            a launch file; - reads standard input. The path is that of its device',
    '  --device ID     the device, by its id or driver (as resolve lists it) or by its line',
    '  --path ID       a path instead of a file; irqpath paths lists them',
    '  --profile P     the platform whose costs are used',
    '  --workload W    what device and guest do',
    '  --irqs N        how many interrupts (100)',
    '  --seed S        where the random choices start (1)',
    '  --set NAME=VALUE   a setting of the path or a cost in nanoseconds; may be repeated',
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
    const subject = await findSubject(read.value, request.value.facts, io);
    if (!subject.ok) {
      if (subject.error !== '') io.err(subject.error);
      return 2;
    }
    return runAndShow(request.value, subject.value, io);
  },
};

const OPTIONS = {
  ...FACT_OPTIONS,
  ...JSON_OPTION,
  device: { type: 'string' },
  path: { type: 'string' },
  profile: { type: 'string' },
  workload: { type: 'string' },
  irqs: { type: 'string' },
  seed: { type: 'string' },
  set: { type: 'string', multiple: true },
  format: { type: 'string' },
  shape: { type: 'string' },
} as const;

interface Request {
  readonly facts: Facts;
  readonly format: string;
  readonly shape: number;
  readonly interrupts: number | undefined;
  readonly seed: number | undefined;
  readonly profile: string | undefined;
  readonly workload: string | undefined;
  readonly settings: PathSettings;
}

function readRequest(args: Arguments): Result<Request> {
  const facts = readFactArguments(args);
  if (!facts.ok) return facts;
  const format = args.flag('json') ? 'json' : (args.text('format') ?? 'text');
  if (!FORMATS.includes(format))
    return fail(`--format: '${format}' is no format; expected ${FORMATS.join(', ')}`);
  const interrupts = readWholeOption(args, 'irqs', 1);
  if (!interrupts.ok) return interrupts;
  const seed = readWholeOption(args, 'seed', 0);
  if (!seed.ok) return seed;
  const shape = readWholeOption(args, 'shape', 1);
  if (!shape.ok) return shape;
  const settings = readSettings(args.texts('set'));
  if (!settings.ok) return settings;
  return ok({
    facts: facts.value,
    format,
    shape: shape.value ?? 1,
    interrupts: interrupts.value,
    seed: seed.value,
    profile: args.text('profile'),
    workload: args.text('workload'),
    settings: settings.value,
  });
}

function readSettings(texts: readonly string[]): Result<PathSettings> {
  const settings: [string, string | number][] = [];
  for (const text of texts) {
    const equals = text.indexOf('=');
    if (equals < 1) return fail(`--set: '${text}' is no setting; expected NAME=VALUE`);
    const value = text.slice(equals + 1);
    settings.push([text.slice(0, equals), /^\d{1,15}$/.test(value) ? Number(value) : value]);
  }
  return ok(Object.fromEntries(settings));
}

/** What is to be run: a path, and the device of a file that takes it. */
interface Subject {
  readonly path: string;
  readonly selected: SelectedDevice | null;
}

/** The error is a whole message. */
async function findSubject(args: Arguments, facts: Facts, io: CliIo): Promise<Result<Subject>> {
  const file = args.positionals[0];
  const path = args.text('path');
  const usage = (message: string): Result<Subject> => {
    badUsage(io, 'simulate', message);
    return fail('');
  };
  if ((file === undefined) === (path === undefined)) return usage('expected either a FILE or --path ID');
  if (path !== undefined) {
    if (args.text('device') !== undefined) return usage('--device needs a FILE');
    return ok({ path, selected: null });
  }
  const resolved = await readMachines(file ?? '-', facts, io);
  if (!resolved.ok) return resolved;
  const selected = selectDevice(resolved.value, args.text('device'));
  if (!selected.ok) return selected;
  const { note, leg } = selected.value;
  if (note !== null) io.err(note);
  if (findPath(leg.path) === undefined) {
    const built = ALL_PATHS.map(({ info }) => info.id).join(', ');
    return fail(
      `${selected.value.place}: the device takes ${leg.path}, which is not built yet; built: ${built}\n`,
    );
  }
  return ok({ path: leg.path, selected: selected.value });
}

function runAndShow(request: Request, { path, selected }: Subject, io: CliIo): ExitStatus {
  const { facts, format, interrupts, seed, profile, workload } = request;
  const all = format === 'json' && (interrupts ?? 0) <= MOST_INTERRUPTS_WITH_ALL_STEPS;
  const simulation = simulate(
    {
      path,
      facts,
      settings: { ...selected?.leg.settings, ...request.settings },
      ...(profile === undefined ? {} : { profile }),
      ...(workload === undefined ? {} : { workload }),
      ...(interrupts === undefined ? {} : { interrupts }),
      ...(seed === undefined ? {} : { seed }),
    },
    all ? 'all' : 'shapes',
  );
  if (!simulation.ok) return badUsage(io, 'simulate', simulation.error);
  return show(simulation.value, request, selected, all, io);
}

function show(
  simulation: Simulation,
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
    io.out(`${JSON.stringify(simulation, null, 2)}\n`);
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
    io.out(simulationText(simulation, shape, selected));
    return 0;
  }
  if (simulation.shapes.length > 1) {
    io.err(
      `shape ${number} of ${simulation.shapes.length}: ${shape.count} of ${simulation.interrupts} cycles (--shape)\n`,
    );
  }
  io.out(`${shapeDiagram(simulation, shape)}\n`);
  return 0;
}
