import { fail, ok, type Result } from '../../base/result.ts';
import { drawSequence } from '../../diagram/sequence.ts';
import { traceRows } from '../../diagram/trace-rows.ts';
import { PerfettoExporter } from '../../trace/perfetto.ts';
import { traceJson } from '../../trace/trace-json.ts';
import type { ReportedSource, TraceReport } from '../../trace/trace-report.ts';
import { readArguments } from '../arguments.ts';
import { badUsage, type Command } from '../command.ts';
import { FACTS_HELP } from '../facts-text.ts';
import type { CliIo, ExitStatus } from '../io.ts';
import { locatedMessage } from '../messages.ts';
import { readTrace } from '../read-trace.ts';
import { conformTrace } from '../trace-conform.ts';
import { readTraceRequest, TRACE_OPTIONS, type TraceRequest } from '../trace-request.ts';
import { traceText } from '../trace-text.ts';

/** `irqpath trace`: which path the interrupts of a real trace take, or whether it is a run of a path's model. */
export const traceCommand: Command = {
  name: 'trace',
  synopsis: 'FILE [--conform PATH] [options]',
  summary: 'says which path each source of interrupts in a real trace takes, and why',
  help: [
    '  FILE            text of ftrace, trace-cmd report or perf script, or a log of QEMU (-trace);',
    '                  - reads standard input. Any size',
    "  --conform PATH  whether the trace is a run of the path's model; status 1 if it is not",
    '  --incomplete EVENT   with --conform: taken as not recorded, e.g. irq:irq_handler_exit; may be repeated',
    '  --source KEY    only this source, by its name or a part of it',
    '  --format F      text, mermaid (one cycle), json, or perfetto (the whole trace for ui.perfetto.dev)',
    '  --shape N       which shape of cycle mermaid draws, counted from 1 (the most frequent)',
    '  --from LINE, --to LINE   only these lines, counted from 1',
    '  --set NAME=VALUE   with --conform: a setting of the path; may be repeated',
    '  --bug NAME=on|off  with --conform: a known bug, whatever the versions say; may be repeated',
    ...FACTS_HELP,
  ],
  async run(args, io) {
    const read = readArguments(args, TRACE_OPTIONS, 1);
    if (!read.ok) return badUsage(io, 'trace', read.error);
    const request = readTraceRequest(read.value);
    if (!request.ok) return badUsage(io, 'trace', request.error);
    if (request.value.conform !== undefined) return conformTrace(read.value, request.value, io);
    return request.value.format === 'perfetto' ? exportTrace(request.value, io) : show(request.value, io);
  },
};

async function show(request: TraceRequest, io: CliIo): Promise<ExitStatus> {
  const { file, format, source, lines } = request;
  const read = await readTrace(file, lines, io);
  if (!read.ok) return unreadable(file, read.error, io);
  const sources = source === undefined ? ok(read.value.sources) : pick(read.value, source);
  if (!sources.ok) return badUsage(io, 'trace', sources.error);
  const report = { ...read.value, sources: sources.value };
  if (format === 'mermaid') return draw(report, request, io);
  if (format === 'json') io.out(`${JSON.stringify(traceJson(file, report), null, 2)}\n`);
  else io.out(traceText(file, report));
  return 0;
}

/** The sources whose name is, or contains, what was asked for. */
function pick({ sources }: TraceReport, wanted: string): Result<readonly ReportedSource[]> {
  const exact = sources.filter(({ key }) => key === wanted);
  const found = exact.length > 0 ? exact : sources.filter(({ key }) => key.includes(wanted));
  const names = [...new Set(sources.map(({ key }) => key))].join(', ');
  return found.length > 0
    ? ok(found)
    : fail(`--source: '${wanted}' is not in the trace; there is ${names === '' ? 'none' : names}`);
}

function draw({ sources }: TraceReport, { shape: number }: TraceRequest, io: CliIo): ExitStatus {
  const drawable = sources.filter(({ shapes }) => shapes.length > 0);
  const [source] = drawable;
  if (source === undefined) return badUsage(io, 'trace', 'there is no cycle in the trace to draw');
  const shape = source.shapes[number - 1];
  if (shape === undefined) {
    return badUsage(
      io,
      'trace',
      `--shape: there is no shape ${number}; ${source.key} has ${source.shapes.length}`,
    );
  }
  if (drawable.length > 1) {
    io.err(
      `source ${source.key}, 1 of ${drawable.length}: ${drawable.map(({ key }) => key).join(', ')} (--source)\n`,
    );
  }
  if (source.shapes.length > 1) {
    io.err(
      `shape ${number} of ${source.shapes.length}: ${shape.count} of ${source.cycles} cycles (--shape)\n`,
    );
  }
  const title = `${source.key}: ${source.path}, ${shape.count} of ${source.cycles} cycles`;
  io.out(drawSequence(traceRows(shape.events), { title }));
  return 0;
}

async function exportTrace({ file, lines }: TraceRequest, io: CliIo): Promise<ExitStatus> {
  let text = '';
  const exporter = new PerfettoExporter((more) => {
    text += more;
    if (text.length < MOST_BUFFERED) return;
    io.out(text);
    text = '';
  });
  const read = await readTrace(file, lines, io, {
    event: (event) => {
      exporter.event(event);
    },
  });
  if (!read.ok) return unreadable(file, read.error, io);
  exporter.end();
  io.out(text);
  return 0;
}

/** Characters that are written at once. */
const MOST_BUFFERED = 1 << 16;

/** Says why a file is no trace that can be read. */
function unreadable(file: string, reason: string, io: CliIo): ExitStatus {
  io.err(locatedMessage(file, { line: 0, character: 0 }, reason));
  return 2;
}
