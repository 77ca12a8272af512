import { FtraceLineReader } from './ftrace-line.ts';
import { LineCutter } from './line-cutter.ts';
import { QemuLogLineReader } from './qemu-log-line.ts';
import { formatOf, isPerfKvmStat } from './trace-format.ts';
import type { TraceFormat } from './trace-format.ts';
import type { TraceEvent, TraceSink } from './trace-event.ts';

/** So many lines are looked at before it is said what wrote them. */
const HEAD = 200;
/** The longest lines that ftrace prints have about a thousand characters. */
const LONGEST_LINE = 1 << 14;

/**
 * Reads a trace of any of the formats, which comes in pieces. Each line is tried in the format that most of the first
 * lines have, and then in the other: mails quote both. Every line goes to the sink, as an event or as one that could
 * not be read; comments and empty lines do not.
 */
export class TraceReader {
  /** Lines seen so far, comments and empty ones included. */
  lines = 0;
  format: TraceFormat = 'unknown';
  /** The text is what `perf kvm stat` prints: counts, which no interrupt can be read from. */
  isStatistics = false;
  readonly #sink: TraceSink;
  readonly #ftrace = new FtraceLineReader();
  readonly #qemu = new QemuLogLineReader();
  readonly #cutter: LineCutter;
  #head: string[] | null = [];
  /** An event of QEMU whose format has a line feed in it: the next line may be its rest. */
  #pending: TraceEvent | null = null;

  constructor(sink: TraceSink) {
    this.#sink = sink;
    this.#cutter = new LineCutter((line) => {
      if (this.#head === null) this.#read(line);
      else if (this.#head.push(line) === HEAD) this.#readHead();
    });
  }

  /** Takes the next piece of the text. */
  push(piece: string): void {
    this.#cutter.push(piece);
  }

  /** Takes what is left. */
  end(): void {
    this.#cutter.end();
    this.#readHead();
    this.#flush();
  }

  #readHead(): void {
    const lines = this.#head;
    if (lines === null) return;
    this.#head = null;
    this.format = formatOf(lines.filter((line) => line.length <= LONGEST_LINE));
    this.isStatistics = this.format === 'unknown' && isPerfKvmStat(lines);
    for (const line of lines) this.#read(line);
  }

  #read(text: string): void {
    const line = ++this.lines;
    if (text.length > LONGEST_LINE) {
      this.#sink.unreadable({ line, text, reason: 'longer than any line of a trace' });
      return;
    }
    if (this.format === 'qemu-log') {
      const event = this.#qemu.read(text, line);
      if (event !== null) this.#hold(event);
      else this.#readFtrace(text, line, true);
      return;
    }
    this.#readFtrace(text, line, false);
  }

  #readFtrace(text: string, line: number, afterQemu: boolean): void {
    const result = this.#ftrace.read(text, line);
    if (result === null) return;
    if (!('reason' in result)) {
      this.#flush();
      this.#sink.event(result);
      return;
    }
    const event = afterQemu ? null : this.#qemu.read(text, line);
    if (event !== null) this.#hold(event);
    else if (this.#pending !== null && isRest(text, this.#pending)) {
      this.#pending = { ...this.#pending, args: `${this.#pending.args} ${text.trim()}` };
    } else this.#sink.unreadable({ line, text, reason: result.reason });
  }

  #hold(event: TraceEvent): void {
    this.#flush();
    this.#pending = event;
  }

  #flush(): void {
    if (this.#pending !== null) this.#sink.event(this.#pending);
    this.#pending = null;
  }
}

/** Whether a line is the rest of an event of VFIO: the names of regions have a line feed (QEMU hw/vfio/region.c). */
function isRest(text: string, { name }: TraceEvent): boolean {
  return name.startsWith('qemu:vfio_') && /^(?:\s+\S|", )/.test(text);
}
