import { readCommandLines } from '../command-lines.ts';
import type { LaunchFile } from '../launch-file.ts';
import type { LineIndex } from '../line-index.ts';
import { ShellWriter } from './shell-writer.ts';
import { unitProblems } from './systemd-faults.ts';

/**
 * The machines that the commands of a systemd unit start. `Environment=` gives variables, wherever it stands; where
 * there is an `EnvironmentFile=`, that may say otherwise. A specifier such as `%i` is known only to systemd.
 */
export function readSystemdUnit(text: string, lines: LineIndex): Pick<LaunchFile, 'machines' | 'problems'> {
  const writer = new ShellWriter(text);
  forEach(VARIABLES, text, (from) => writeVariables(text, from, writer));
  // A file's values win over those of the unit, whatever comes first (systemd.exec(5)).
  const file = FILES.exec(text);
  if (file !== null) writer.insert('. file\n', file.index);
  forEach(COMMANDS, text, (from) => writeSetting(text, from, writer));
  const derived = writer.build(lines);
  const machines = readCommandLines(derived.text, derived.lines);
  return { machines, problems: machines.length === 0 ? [] : unitProblems(text, lines) };
}

/** Lets `write` read on from behind each match; it returns where the search goes on. */
function forEach(pattern: RegExp, text: string, write: (from: number) => number): void {
  const setting = new RegExp(pattern);
  for (let match = setting.exec(text); match !== null; match = setting.exec(text)) {
    const from = match.index + match[0].length;
    setting.lastIndex = Math.max(write(from), from);
  }
}

const VARIABLES = /^[ \t]*Environment[ \t]*=[ \t]*/gm;
/** The beginning of a command, with the signs that may stand before it. */
const COMMANDS = /^[ \t]*Exec(?:Start|StartPre|StartPost)[ \t]*=[ \t]*[@:+!|-]*/gm;
const FILES = /^[ \t]*EnvironmentFile[ \t]*=[ \t]*[^ \t\r\n]/m;

/** `"NAME=value" …`, as assignments of a shell; returns the end of the line. */
function writeVariables(text: string, from: number, writer: ShellWriter): number {
  const end = endOfLine(text, from);
  const word = /"([^"\r\n]*)"|'([^'\r\n]*)'|[^\s"']+/y;
  for (let i = from; i < end;) {
    word.lastIndex = i;
    const match = word.exec(text);
    const written = match?.[1] ?? match?.[2] ?? match?.[0];
    if (match === null || written === undefined) {
      i += 1;
      continue;
    }
    const start = written === match[0] ? i : i + 1;
    const name = /^[A-Za-z_]\w*=/.exec(written.slice(0, LONGEST_NAME))?.[0];
    if (name !== undefined) {
      writer.script(start, start + name.length);
      writer.beginWord(start + name.length);
      writer.letters(start + name.length, start + written.length);
      writer.endWord(start + written.length);
      writer.endLine(i + match[0].length);
    }
    i += match[0].length;
  }
  return end;
}

const LONGEST_NAME = 100;

/** Copies a setting up to the end of its last line, comments between its lines left out; returns that end. */
function writeSetting(text: string, from: number, writer: ShellWriter): number {
  let i = from;
  for (;;) {
    const end = endOfLine(text, i);
    const isComment = i > from && /^[ \t]*[#;]/.test(text.slice(i, Math.min(end, i + 200)));
    const isContinued = isComment || text[end - 1] === '\\';
    if (!isComment) writeCommand(text, i, isContinued ? end - 1 : end, writer);
    if (!isContinued || end >= text.length) {
      writer.endLine(end);
      return end;
    }
    i = behindLineEnd(text, end);
    if (!isComment) writer.insert(' ', end - 1, i);
  }
}

/** Quotes are those of a shell, but nothing else has a meaning there. */
function writeCommand(text: string, from: number, to: number, writer: ShellWriter): void {
  let begin = from;
  let quote = '';
  for (let i = from; i < to; i++) {
    const c = text[i]!;
    if (c === '\\') i += 1;
    else if (c === quote) quote = '';
    else if (quote === '' && (c === '"' || c === "'")) quote = c;
    const isPlain = quote === '' && MEANINGFUL.includes(c);
    if (c !== '%' && !isPlain) continue;
    writer.script(begin, i);
    if (c === '%') i = writeSpecifier(text, i, to, writer);
    else writer.insert(`\\${c}`, i, i + 1);
    begin = i + 1;
  }
  writer.script(begin, Math.max(begin, to));
}

/** What a shell would take for more than a letter. */
const MEANINGFUL = '|&;<>()#`*?[]~';

/** Returns the offset of the last letter of what the `%` begins. */
function writeSpecifier(text: string, at: number, to: number, writer: ShellWriter): number {
  const letter = at + 1 < to ? text[at + 1]! : '';
  if (letter === '%') writer.insert('%', at, at + 2);
  else if (/[a-zA-Z]/.test(letter)) writer.unknown(`%${letter}`, at, at + 2);
  else {
    writer.script(at, at + 1);
    return at;
  }
  return at + 1;
}

function endOfLine(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  if (feed < 0) return text.length;
  return text[feed - 1] === '\r' ? feed - 1 : feed;
}

function behindLineEnd(text: string, at: number): number {
  return text.startsWith('\r\n', at) ? at + 2 : at + 1;
}
