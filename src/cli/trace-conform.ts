import { nearestOrAll } from '../base/nearest-name.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { findPath } from '../paths/all-paths.ts';
import { alphabetOf } from '../paths/alphabet-of.ts';
import type { Binding } from '../paths/alphabet.ts';
import { AS_ASSUMED } from '../paths/cpu-flags.ts';
import { hasMeaning } from '../paths/idle-settings.ts';
import type { PathSettings } from '../paths/path.ts';
import { conform } from '../trace/conform.ts';
import { machineOfTrace, type TracedMachine } from '../trace/machine-of-trace.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { readFactArguments, type Arguments } from './arguments.ts';
import { badUsage } from './command.ts';
import { conformanceText } from './conformance-text.ts';
import type { CliIo, ExitStatus } from './io.ts';
import { locatedMessage } from './messages.ts';
import { readTrace } from './read-trace.ts';
import type { TraceRequest } from './trace-request.ts';
import { readBugs, readSettings } from './setting-arguments.ts';

/** All events are looked at twice, and kept in between. */
const MOST_EVENTS = 1_000_000;

/** `irqpath trace --conform`: whether a trace is a run of a path's model. Status 1 if it is not. */
export async function conformTrace(
  args: Arguments,
  { file, format, conform: path = '', source, lines }: TraceRequest,
  io: CliIo,
): Promise<ExitStatus> {
  const facts = readFactArguments(args);
  if (!facts.ok) return badUsage(io, 'trace', facts.error);
  const settings = readSettings(args.texts('set'));
  if (!settings.ok) return badUsage(io, 'trace', settings.error);
  const bugs = readBugs(args.texts('bug'));
  if (!bugs.ok) return badUsage(io, 'trace', bugs.error);
  const events = await readEvents(file, lines, io);
  if (!events.ok) {
    io.err(locatedMessage(file, { line: 0, character: 0 }, events.error));
    return 2;
  }
  const incomplete = readIncomplete(args, events.value);
  if (!incomplete.ok) return badUsage(io, 'trace', incomplete.error);
  const machine = machineOfTrace(events.value);
  const assumed = assumptions(args, path, machine, facts.value, settings.value);
  const binding =
    source === undefined ? ok(undefined) : bindingOf(path, assumed.settings, source, events.value);
  if (!binding.ok) return badUsage(io, 'trace', binding.error);
  const conformance = conform({
    path,
    facts: assumed.facts,
    settings: assumed.settings,
    bugs: bugs.value,
    events: () => events.value,
    incomplete: incomplete.value,
    ...(binding.value === undefined ? {} : { binding: binding.value }),
  });
  if (!conformance.ok) return badUsage(io, 'trace', `--conform: ${conformance.error}`);
  if (format === 'json') {
    io.out(
      `${JSON.stringify({ file, facts: assumed.facts, settings: assumed.settings, ...conformance.value }, null, 2)}\n`,
    );
  } else io.out(conformanceText(file, conformance.value, assumed.words, byDefault(args, path, assumed)));
  return conformance.value.verdict === 'included' ? 0 : 1;
}

/** What a run of the model goes by: what was asked for, and else what the trace tells. */
interface Assumed {
  readonly facts: Facts;
  readonly settings: PathSettings;
  /** What was taken from the trace, as it could have been given. */
  readonly words: readonly string[];
}

function assumptions(
  args: Arguments,
  path: string,
  { vendor, gicEoiMode, ...told }: TracedMachine,
  facts: Facts,
  settings: PathSettings,
): Assumed {
  const isGiven = (fact: string): boolean =>
    (args.text('host') ?? '').split(',').some((item) => item.startsWith(`${fact}=`));
  const host = {
    ...(vendor === undefined || isGiven('vendor') ? {} : { vendor }),
    ...(gicEoiMode === undefined || isGiven('gicEoiMode') ? {} : { gicEoiMode }),
  };
  const declared = findPath(path)?.settings ?? [];
  const hasChoice = (name: string, value: string): boolean =>
    !Object.hasOwn(settings, name) &&
    declared.some(
      (setting) => setting.name === name && setting.kind === 'choice' && setting.choices.includes(value),
    );
  const own = {
    ...Object.fromEntries(Object.entries(told).filter(([name, value]) => hasChoice(name, value))),
    // Whatever else goes on in a real host is in its trace.
    ...(hasChoice('surroundings', 'real') ? { surroundings: 'real' } : {}),
  };
  return {
    facts: { ...facts, host: { ...facts.host, ...host } },
    settings: { ...own, ...settings },
    words: [...Object.entries(host), ...Object.entries(own)].map(([name, value]) => `${name}=${value}`),
  };
}

/** What nobody has said and the trace does not tell: another machine may have been traced. */
function byDefault(args: Arguments, path: string, { facts, settings }: Assumed): string {
  const given = args.text('host') ?? '';
  const releases = (['qemu', 'kernel'] as const)
    .filter((name) => !given.split(',').some((item) => item.startsWith(`${name}=`)))
    .map((name) => `${name}=${facts.host[name]}`);
  const all = findPath(path)?.settings ?? [];
  const choices = all.flatMap((setting) =>
    setting.kind === 'choice' &&
    setting.choices.length > 1 &&
    // What the facts say is not said by a setting.
    setting.default !== AS_ASSUMED &&
    !Object.hasOwn(settings, setting.name) &&
    hasMeaning(setting, all, settings)
      ? [`${setting.name}=${setting.default}`]
      : [],
  );
  return [
    ...(releases.length === 0 ? [] : [`--host ${releases.join(',')}`]),
    ...choices.map((choice) => `--set ${choice}`),
  ].join(' ');
}

async function readEvents(
  file: string,
  lines: TraceRequest['lines'],
  io: CliIo,
): Promise<Result<TraceEvent[]>> {
  const events: TraceEvent[] = [];
  let found = 0;
  const read = await readTrace(file, lines, io, {
    event: (event) => {
      if (found++ < MOST_EVENTS) events.push(event);
    },
  });
  if (!read.ok) return read;
  return found > MOST_EVENTS
    ? fail(`has more than ${MOST_EVENTS} events; take a part of it with --from LINE and --to LINE`)
    : ok(events);
}

/** The names that `--incomplete` gives; the error says that the trace has no such event. */
function readIncomplete(args: Arguments, events: readonly TraceEvent[]): Result<readonly string[]> {
  const names = [...new Set(events.map(({ name }) => name))];
  const given = args.texts('incomplete');
  const unknown = given.find((name) => !names.includes(name));
  if (unknown === undefined) return ok(given);
  return fail(`--incomplete: the trace has no '${unknown}'; ${nearestOrAll(unknown, names, 'it has')}`);
}

/** The numbers of one of several lines of a device, by the name of its handler on the host. */
function bindingOf(
  path: string,
  settings: PathSettings,
  source: string,
  events: readonly TraceEvent[],
): Result<Binding> {
  const module = findPath(path);
  const alphabet = module && alphabetOf(module, settings);
  if (alphabet === undefined) return fail(`--source: ${path} does not say what it knows of traces`);
  const binding = alphabet.findBinding(events);
  const entry = events.find(({ name, args }) => name === 'irq:irq_handler_entry' && args.includes(source));
  const index = entry === undefined ? -1 : binding.hostIrqs.indexOf(Number.parseInt(entry.args.slice(4)));
  if (index < 0) return fail(`--source: '${source}' is no interrupt of a device that ${path} is for`);
  const only = <T>(values: readonly T[]): readonly T[] => values.slice(index, index + 1);
  const { vectors } = binding;
  return ok({
    ...binding,
    hostIrqs: only(binding.hostIrqs),
    intids: only(binding.intids),
    pages: only(binding.pages),
    ...(vectors === undefined ? {} : { vectors: only(vectors) }),
  });
}
