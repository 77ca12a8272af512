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
  let refusal: string | null = null;
  let bytes = 0;
  const read = await io.readPieces(file, (piece) => {
    if (bytes === 0) refusal = binaryKind(piece.subarray(0, HEAD_BYTES));
    if (refusal === null && piece.includes(0)) refusal = 'binary from some line on; expected text';
    if (refusal !== null) return false;
    bytes += piece.length;
    analysis.push(decoder.decode(piece, { stream: true }));
    io.progress(`${Math.round(bytes / 1024 / 1024)} MiB, ${analysis.lines} lines`);
    // What follows the last line that counts need not be read.
    return analysis.lines <= (lines.to ?? Infinity);
  });
  io.progress('');
  if (!read.ok) return read;
  if (refusal !== null) return fail(`is ${refusal as string}`);
  if (bytes === 0) return fail('is empty: there is no trace in it');
  const report = analysis.end();
  if (report.events > 0) return ok(report);
  const [statistics] = report.warnings;
  if (statistics !== undefined && report.format === 'unknown' && statistics.includes('perf kvm stat')) {
    return fail(statistics);
  }
  const [first] = report.unparsed;
  return fail(
    `has no event in ${report.lines} lines; expected the text of ftrace, trace-cmd report, perf script or QEMU's log` +
      (first === undefined ? '' : ` (line ${first.line}: ${first.reason})`),
  );
}
