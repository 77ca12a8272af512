import { FtraceLineReader } from './ftrace-line.ts';
import type { TraceSink } from './trace-event.ts';

/**
 * Reads a trace that comes in pieces, cut anywhere: no more of it is kept than the line that is not complete yet.
 * Every line goes to the sink, as an event or as a line that could not be read; only comments and empty lines do not.
 */
export class FtraceReader {
  readonly #sink: TraceSink;
  readonly #lines = new FtraceLineReader();
  #rest = '';
  /** Lines seen so far, comments and empty ones included. */
  lines = 0;

  constructor(sink: TraceSink) {
    this.#sink = sink;
  }

  /** Takes the next piece of the text. */
  push(chunk: string): void {
    const text = this.#rest === '' ? chunk : this.#rest + chunk;
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#read(text.slice(start, text.charCodeAt(end - 1) === 13 ? end - 1 : end));
      start = end + 1;
    }
    this.#rest = text.slice(start);
  }

  /** Takes the last line, if the text does not end with a line feed. */
  end(): void {
    if (this.#rest !== '') this.#read(this.#rest);
    this.#rest = '';
  }

  #read(text: string): void {
    const line = ++this.lines;
    const result = this.#lines.read(text, line);
    if (result === null) return;
    if ('reason' in result) this.#sink.unreadable({ line, text, reason: result.reason });
    else this.#sink.event(result);
  }
}
