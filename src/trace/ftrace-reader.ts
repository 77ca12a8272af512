import { FtraceLineReader } from './ftrace-line.ts';
import { LineCutter } from './line-cutter.ts';
import type { TraceSink } from './trace-event.ts';

/**
 * Reads a trace that comes in pieces, cut anywhere: no more of it is kept than the line that is not complete yet.
 * Every line goes to the sink, as an event or as a line that could not be read; only comments and empty lines do not.
 */
export class FtraceReader {
  readonly #sink: TraceSink;
  readonly #reader = new FtraceLineReader();
  readonly #cutter = new LineCutter((line) => {
    this.#read(line);
  });
  /** Lines seen so far, comments and empty ones included. */
  lines = 0;

  constructor(sink: TraceSink) {
    this.#sink = sink;
  }

  /** Takes the next piece of the text. */
  push(chunk: string): void {
    this.#cutter.push(chunk);
  }

  /** Takes the last line, if the text does not end with a line feed. */
  end(): void {
    this.#cutter.end();
  }

  #read(text: string): void {
    const line = ++this.lines;
    const result = this.#reader.read(text, line);
    if (result === null) return;
    if ('reason' in result) this.#sink.unreadable({ line, text, reason: result.reason });
    else this.#sink.event(result);
  }
}
