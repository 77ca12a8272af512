import { EventTextReader } from './event-text.ts';
import type { TraceEvent } from './trace-event.ts';

const TAB = 9;
const SPACE = 32;
const CLOSE_ROUND = 41;
const MINUS = 45;
const DOT = 46;
const COLON = 58;
const CLOSE = 93;

/** What became of a line. */
export type LineResult = TraceEvent | { readonly reason: string } | null;

/**
 * Reads one line at a time of what ftrace, trace-cmd report and perf script print: `task-pid [cpu] flags time: event`,
 * with flags and time optional, and perf's `comm pid [cpu] time: group:event`. By character codes: this is the inner
 * loop of reading a trace of millions of lines.
 */
export class FtraceLineReader {
  readonly #texts = new EventTextReader();

  /** The event in a line; a reason if it has none that can be read; null for empty lines and comments. */
  read(text: string, line: number): LineResult {
    const first = skipSpaces(text, 0);
    if (first === text.length || text.charCodeAt(first) === 35) return null;
    let open = findCpu(text, first);
    if (open < 0) return this.#withoutCpu(text, first, line);
    let task = readTask(text, first, open);
    // The name of a thread may have brackets of its own.
    for (let next = open; task === null && next >= 0; next = findCpu(text, next + 1)) {
      open = next;
      task = readTask(text, first, open);
    }
    if (task === null) return { reason: 'no task and process number in front of the CPU' };
    let at = open + 1;
    let cpu = 0;
    for (let code = text.charCodeAt(at); code !== CLOSE; code = text.charCodeAt(++at))
      cpu = cpu * 10 + code - 48;
    at = skipSpaces(text, at + 1);
    let flags = '';
    if (!isDigit(text.charCodeAt(at))) {
      const end = text.indexOf(' ', at);
      if (end < 0) return { reason: 'nothing behind the CPU' };
      // Without a time, what stands here is the event already.
      if (text.charCodeAt(end - 1) !== COLON && text.charCodeAt(end + 1) !== MINUS) {
        flags = text.slice(at, end);
        at = skipSpaces(text, end);
      }
    }
    const colon = isDigit(text.charCodeAt(at)) ? endOfTime(text, at) : -1;
    const event = this.#texts.read(text, colon < 0 ? at : skipSpaces(text, colon + 1));
    if (event === null) return { reason: 'no event behind the CPU and the time' };
    const timeNs = colon < 0 ? null : readTime(text, at, colon);
    return { line, timeNs, cpu, task, flags, name: event.name, args: event.args };
  }

  /** Lines as mails quote them, with nothing in front of the event. Only names whose group is known are taken. */
  #withoutCpu(text: string, first: number, line: number): LineResult {
    if (text.startsWith('CPU:', first) && text.includes('LOST')) return { reason: 'events were lost here' };
    const event = this.#texts.read(text, first);
    if (!event?.name.includes(':')) return { reason: 'not a line of ftrace, trace-cmd or perf script' };
    return { line, timeNs: null, cpu: -1, task: null, flags: '', name: event.name, args: event.args };
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code === SPACE || code === TAB; code = text.charCodeAt(at)) at++;
  return at;
}

/** Where ` [012]` opens; -1 if nowhere. */
function findCpu(text: string, from: number): number {
  for (let open = text.indexOf('[', from); open > 0; open = text.indexOf('[', open + 1)) {
    const before = text.charCodeAt(open - 1);
    if (before !== SPACE && before !== TAB) continue;
    let at = open + 1;
    while (isDigit(text.charCodeAt(at))) at++;
    if (at > open + 1 && text.charCodeAt(at) === CLOSE) return open;
  }
  return -1;
}

/** The thread in front of the CPU: `comm-pid`, `comm-pid (tgid)` or perf's `comm pid`. */
function readTask(text: string, first: number, open: number): TraceEvent['task'] {
  let end = backOverSpaces(text, open);
  if (text.charCodeAt(end - 1) === CLOSE_ROUND) {
    const round = text.lastIndexOf('(', end);
    if (round < 0) return null;
    end = backOverSpaces(text, round);
  }
  let start = end;
  let pid = 0;
  let place = 1;
  while (isDigit(text.charCodeAt(start - 1))) {
    start--;
    pid += (text.charCodeAt(start) - 48) * place;
    place *= 10;
  }
  if (start === end) return null;
  const separator = text.charCodeAt(start - 1);
  if (separator !== MINUS && separator !== SPACE) return null;
  const last = separator === MINUS ? start - 1 : backOverSpaces(text, start);
  return last <= first ? null : { comm: text.slice(first, last), pid };
}

function backOverSpaces(text: string, from: number): number {
  let at = from;
  while (at > 0 && (text.charCodeAt(at - 1) === SPACE || text.charCodeAt(at - 1) === TAB)) at--;
  return at;
}

/** Where the colon behind a time stamp is; -1 if what stands here is no time stamp. */
function endOfTime(text: string, from: number): number {
  let at = from;
  let code = text.charCodeAt(at);
  while (isDigit(code) || code === DOT) code = text.charCodeAt(++at);
  return code === COLON ? at : -1;
}

/** Seconds with a fraction, in nanoseconds; null for a whole number, which is ticks of a clock that has no name. */
function readTime(text: string, from: number, colon: number): number | null {
  let value = 0;
  let digits = -1;
  for (let at = from; at < colon; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (digits >= 0) return null;
      digits = 0;
    } else {
      value = value * 10 + code - 48;
      if (digits >= 0) digits++;
    }
  }
  return digits < 0 || digits > 9 ? null : value * 10 ** (9 - digits);
}
