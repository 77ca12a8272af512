import { fail, ok, type Result } from '../base/result.ts';
import { TraceAnalysis, type LineRange } from '../trace/trace-analysis.ts';
import type { TraceSink } from '../trace/trace-event.ts';
import { binaryKind } from '../trace/trace-format.ts';
import type { TraceReport } from '../trace/trace-report.ts';
import type { CliIo } from './io.ts';

/** What a file that is no trace is looked at for. */
const HEAD_BYTES = 4096;

/**
 * Reads a trace of any size. `alsoTo` is given every event, unless the file is none: what cannot be a trace is refused
 * at its first bytes. The error says in words why there is nothing to say.
 */
export async function readTrace(
  file: string,
  lines: LineRange,
  io: CliIo,
  alsoTo: Partial<TraceSink> = {},
): Promise<Result<TraceReport>> {
  const analysis = new TraceAnalysis(alsoTo, lines);
  const decoder = new TextDecoder();
  const refusals: string[] = [];
  let bytes = 0;
  const read = await io.readPieces(file, (piece) => {
    const kind = bytes === 0 ? binaryKind(piece.subarray(0, HEAD_BYTES)) : null;
    if (kind !== null) refusals.push(`is ${kind}`);
    else if (piece.includes(0)) refusals.push('is binary from some line on; expected text');
    if (refusals.length > 0) return false;
    bytes += piece.length;
    analysis.push(decoder.decode(piece, { stream: true }));
    io.progress(`${Math.round(bytes / 1024 / 1024)} MiB, ${analysis.lines} lines`);
    // What follows the last line that counts need not be read.
    return analysis.lines <= (lines.to ?? Infinity);
  });
  io.progress('');
  if (!read.ok) return read;
  const [refusal] = refusals;
  if (refusal !== undefined) return fail(refusal);
  if (bytes === 0) return fail('is empty: there is no trace in it');
  const report = analysis.end();
  if (report.events > 0) return ok(report);
  const [statistics] = report.warnings;
  if (statistics !== undefined && report.format === 'unknown' && statistics.includes('perf kvm stat')) {
    return fail(statistics);
  }
  if ((lines.from ?? 1) > report.lines) return fail(`ends with line ${report.lines}`);
  const [first] = report.unparsed;
  return fail(
    `has no event in ${linesInWords(report.lines, lines)}; expected the text of ftrace, trace-cmd report, perf script or QEMU's log` +
      (first === undefined ? '' : ` (line ${first.line}: ${first.reason})`),
  );
}

/** What was looked at: the whole file, or the part of it that was asked for. */
function linesInWords(count: number, { from, to }: LineRange): string {
  if (from !== undefined || to !== undefined)
    return `lines ${from ?? 1} to ${Math.min(to ?? count, count)} of it`;
  return count === 1 ? 'its one line' : `${count} lines`;
}
