import { nearestName } from '../../base/nearest-name.ts';
import type { LineIndex } from '../line-index.ts';
import type { Problem } from '../problem.ts';
import { unterminatedQuote } from '../unterminated.ts';

/** What systemd leaves out of a unit, or reads otherwise than it looks (systemd.syntax(7), src/shared/conf-parser.c). */
export function unitProblems(text: string, lines: LineIndex): Problem[] {
  return new UnitJudge(text, lines).judge();
}

class UnitJudge {
  readonly #text: string;
  readonly #lines: LineIndex;
  readonly #problems: Problem[] = [];
  #hasSection = false;

  constructor(text: string, lines: LineIndex) {
    this.#text = text;
    this.#lines = lines;
  }

  judge(): Problem[] {
    const text = this.#text;
    for (let start = 0; start < text.length && this.#problems.length < MOST_PROBLEMS;) {
      const end = endOfLogicalLine(text, start);
      this.#line(start, end);
      start = end + 1;
    }
    return this.#problems;
  }

  #line(from: number, to: number): void {
    const written = this.#text.slice(from, to);
    const start = from + (written.length - written.trimStart().length);
    const line = written.trim();
    const end = start + line.length;
    if (line === '' || line.startsWith('#') || line.startsWith(';')) return;
    if (line.startsWith('[')) {
      this.#section(line, start, end);
      return;
    }
    const [whole, key = ''] = /^([A-Za-z][A-Za-z0-9-]*)[ \t]*=[ \t]*/.exec(line) ?? [];
    const firstEnd = start + (line.split('\n', 1)[0] ?? '').trimEnd().length;
    if (whole === undefined) {
      const message =
        'systemd leaves out this line; expected KEY=VALUE, or a backslash at the very end of the line above';
      this.#tell('bad-config-line', 'error', message, start, firstEnd);
      return;
    }
    if (!this.#hasSection) {
      const message = 'systemd leaves out what stands in no section; expected [Service] above';
      this.#tell('bad-config-line', 'error', message, start, firstEnd);
      this.#hasSection = true;
    }
    const meant = KEYS.includes(key) ? undefined : nearestName(key, KEYS);
    if (meant !== undefined) {
      const message = `systemd has no ${key}=, and leaves it out; did you mean ${meant}=?`;
      this.#tell('unknown-key', 'error', message, start, start + key.length);
    } else if (key === 'Environment') this.#environment(start + whole.length, end);
    else if (/^ExecStart(?:Pre|Post)?$/.test(key)) this.#command(start + whole.length, end);
  }

  #section(line: string, start: number, end: number): void {
    const name = /^\[([^\]]*)\]$/.exec(line)?.[1];
    this.#hasSection = true;
    if (name === undefined) {
      this.#problems.push(unterminatedQuote('[', ']', 'systemd leaves out the line', start, this.#lines));
      return;
    }
    const meant = SECTIONS.includes(name) ? undefined : nearestName(name, SECTIONS);
    if (meant === undefined || name.startsWith('X-')) return;
    const message = `systemd leaves out the section [${name}]; did you mean [${meant}]?`;
    this.#tell('unknown-section', 'error', message, start, end);
  }

  #environment(from: number, to: number): void {
    const word = /[^\s"'\\]*(?:"(?:[^"\\]|\\[^])*(?:"|$)|'(?:[^'\\]|\\[^])*(?:'|$)|[^\s"'\\]|\\[^])*/y;
    const text = this.#text.slice(from, to);
    for (let i = 0; i < text.length;) {
      word.lastIndex = i;
      const match = word.exec(text)?.[0] ?? '';
      if (match !== '' && !/^\\\r?\n$/.test(match) && !/^["']?[A-Za-z_]\w*=/.test(match)) {
        const message = `systemd leaves out '${match.slice(0, 40)}'; expected NAME=VALUE, all of it in quotes where it has blanks`;
        this.#tell('bad-assignment', 'warning', message, from + i, from + i + match.length);
      }
      this.#unclosedQuote(match, from + i);
      i += Math.max(1, match.length);
    }
  }

  /** Those of a command the reader of command lines finds. */
  #unclosedQuote(word: string, at: number): void {
    const quote = /["']/.exec(word);
    if (quote === null || word.includes(quote[0], quote.index + 1)) return;
    const rest = 'systemd leaves out the line';
    this.#problems.push(unterminatedQuote(quote[0], quote[0], rest, at + quote.index, this.#lines));
  }

  /** systemd starts no shell: what one would do with these words, nobody does. */
  #command(from: number, to: number): void {
    const text = this.#text.slice(from, to);
    if (!/qemu|kvm/i.test(text)) return;
    for (const match of text.matchAll(WORDS)) {
      if (!SHELL_SIGNS.test(match[0])) continue;
      const message = `systemd starts no shell, so that ${match[0]} is an argument; expected /bin/sh -c '…' around the command`;
      const at = from + match.index;
      this.#tell('no-shell', 'warning', message, at, at + match[0].length);
      return;
    }
  }

  #tell(code: string, severity: Problem['severity'], message: string, start: number, end: number): void {
    this.#problems.push({ code, severity, message, range: this.#lines.range(start, end) });
  }
}

/** The offset of the line feed that ends it, or the end; comments between its lines do not end it. */
function endOfLogicalLine(text: string, start: number): number {
  let from = start;
  let isContinued = false;
  for (;;) {
    const feed = text.indexOf('\n', from);
    const end = feed < 0 ? text.length : feed;
    const isComment = isContinued && /^[ \t]*[#;]/.test(text.slice(from, Math.min(end, from + 200)));
    const last = text[end - 1] === '\r' ? end - 2 : end - 1;
    if (end >= text.length || (!isComment && text[last] !== '\\')) return end;
    isContinued = true;
    from = end + 1;
  }
}

const MOST_PROBLEMS = 50;
/** Words as systemd cuts them; one in quotes is no sign. */
const WORDS = /(?:"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|[^\s"'])+/g;
const SHELL_SIGNS = /^(?:&&|\|\||\||&|\d?>>?.*|<.*)$/;

/** Keys near to those that matter here. */
const KEYS: readonly string[] = [
  'ExecStart',
  'ExecStartPre',
  'ExecStartPost',
  'ExecCondition',
  'ExecReload',
  'ExecReloadPost',
  'ExecStop',
  'ExecStopPost',
  'ExecPaths',
  'NoExecPaths',
  'ExecSearchPath',
  'Environment',
  'EnvironmentFile',
  'PassEnvironment',
  'UnsetEnvironment',
];

const SECTIONS: readonly string[] = [
  'Unit',
  'Service',
  'Install',
  'Socket',
  'Timer',
  'Mount',
  'Automount',
  'Path',
  'Slice',
  'Scope',
  'Swap',
  'Target',
];
