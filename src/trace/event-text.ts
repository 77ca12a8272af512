import { withGroup } from './event-groups.ts';

/** What a line says happened. */
export interface EventText {
  readonly name: string;
  readonly args: string;
}

const TAB = 9;
const SPACE = 32;
const OPEN = 40;
const MINUS = 45;
const COLON = 58;
const LESS = 60;
const GREATER = 62;

/**
 * Reads the part of a line behind the time stamp. Names are made once and then found again: a trace has a few dozen
 * of them in millions of lines.
 */
export class EventTextReader {
  readonly #events = new Map<string, string>();
  readonly #functions = new Map<string, string>();
  readonly #enters = new Map<string, string>();
  readonly #exits = new Map<string, string>();

  /** The event in `text` from `start` on; null if it has no form that ftrace, trace-cmd or perf print. */
  read(text: string, start: number): EventText | null {
    let at = start;
    let code = text.charCodeAt(at);
    while (isNameCharacter(code)) code = text.charCodeAt(++at);
    if (at === start) return null;
    if (code === COLON) return this.#event(text, start, at);
    if (code === OPEN) return this.#syscall(text, start, at);
    if (code !== SPACE && code !== TAB) return null;
    const next = skipModule(text, skipSpaces(text, at));
    if (text.charCodeAt(next) === LESS && text.charCodeAt(next + 1) === MINUS) {
      return { name: nameIn(this.#functions, 'function:', text.slice(start, at)), args: text.slice(next) };
    }
    if (text.charCodeAt(next) === MINUS && text.charCodeAt(next + 1) === GREATER) {
      const name = text.slice(start, at);
      if (!name.startsWith('sys_')) return null;
      return {
        name: nameIn(this.#exits, 'syscalls:sys_exit_', name.slice(4)),
        args: text.slice(skipSpaces(text, next + 2)),
      };
    }
    return null;
  }

  /** `name: args`, and `group:name: args` as perf prints it. */
  #event(text: string, start: number, colon: number): EventText | null {
    let end = colon;
    let code = text.charCodeAt(end + 1);
    if (isNameCharacter(code)) {
      end++;
      while (isNameCharacter(code)) code = text.charCodeAt(++end);
      if (code !== COLON) return null;
    }
    return {
      name: nameIn(this.#events, '', text.slice(start, end)),
      args: text.slice(skipSpaces(text, end + 1)),
    };
  }

  /** `sys_ioctl(fd: b, …)`, as the syscall tracer prints it. */
  #syscall(text: string, start: number, open: number): EventText | null {
    const name = text.slice(start, open);
    if (!name.startsWith('sys_')) return null;
    const end = text.endsWith(')') ? text.length - 1 : text.length;
    return {
      name: nameIn(this.#enters, 'syscalls:sys_enter_', name.slice(4)),
      args: text.slice(open + 1, end),
    };
  }
}

/** `name` with `prefix` in front, or with its group: made once, so that no text is put together for a line. */
function nameIn(known: Map<string, string>, prefix: string, name: string): string {
  let found = known.get(name);
  if (found === undefined) {
    found = prefix === '' ? withGroup(name) : prefix + name;
    known.set(name, found);
  }
  return found;
}

/** Of C identifiers, and the dots of the copies that a compiler makes of functions (`fn.part.0`). */
function isNameCharacter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    code === 95 ||
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    code === 46
  );
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code === SPACE || code === TAB; code = text.charCodeAt(at)) at++;
  return at;
}

/** Skips ` [kvm]` behind the name of a function. */
function skipModule(text: string, at: number): number {
  if (text.charCodeAt(at) !== 91) return at;
  const close = text.indexOf(']', at);
  return close < 0 ? at : skipSpaces(text, close + 1);
}
