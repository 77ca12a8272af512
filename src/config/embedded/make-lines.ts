/** A stretch of a Makefile, by its offsets. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What a Makefile says in one line, continued lines included. */
export type MakeLine =
  | {
      readonly kind: 'assignment';
      readonly name: string;
      readonly operator: '=' | '+=' | '?=';
      /** The value. */
      readonly text: Stretch;
      /** False inside of `ifeq` and the like, and for one target only. */
      readonly isCertain: boolean;
    }
  /** A command, without the tab and the signs before it. */
  | { readonly kind: 'recipe'; readonly text: Stretch };

/** Something that make refuses, and why. */
export interface MakeFault extends Stretch {
  readonly message: string;
}

/** The lines of a Makefile that matter here, and what make refuses of them. */
export interface MakeText {
  readonly lines: readonly MakeLine[];
  readonly faults: readonly MakeFault[];
}

/** The assignments and commands of a Makefile, in order and in linear time. */
export function readMakeLines(text: string): MakeText {
  const found: MakeLine[] = [];
  const faults: MakeFault[] = [];
  /** The conditions that are open. */
  const open: Stretch[] = [];
  let definition: Stretch | undefined;
  let isRule = false;
  for (let start = 0; start < text.length;) {
    const end = endOfLogicalLine(text, start);
    const line = { start, end: withoutLineEnd(text, start, end) };
    start = end;
    const first = text.slice(line.start, Math.min(line.end, line.start + LONGEST_HEAD));
    const directive = /^ *(\w+)/.exec(first)?.[1] ?? '';
    const head = { start: line.start + first.indexOf(directive), end: line.start + first.trimEnd().length };
    if (definition !== undefined) {
      if (directive === 'endef') definition = undefined;
      else found.push(recipe(text, line));
    } else if (first.startsWith('\t')) found.push(recipe(text, line));
    else if (directive === 'define') {
      if (!/^ *define\s+\S+\s*=\s*endef/.test(first)) definition = head;
    } else if (OPENERS.has(directive)) open.push(head);
    else if (directive === 'endif') open.pop();
    else {
      const assignment = readAssignment(text, line, first, open.length === 0);
      if (assignment !== undefined) found.push(assignment);
      else if (isRule && WITHOUT_TAB.test(first)) {
        found.push(recipe(text, line));
        faults.push({ ...head, message: 'make refuses a command behind blanks; expected a tab before it' });
      } else if (/^[^ \t#]/.test(first)) isRule = RULE.test(first);
    }
  }
  for (const at of open) faults.push({ ...at, message: 'nothing ends this condition; expected endif' });
  if (definition !== undefined)
    faults.push({ ...definition, message: 'nothing ends this definition; expected endef' });
  return { lines: found, faults: faults.slice(0, MOST_FAULTS) };
}

const MOST_FAULTS = 20;
const RULE = /^[^\s=#][^=#]*:(?!=)/;
/** A command that starts QEMU, behind blanks where a tab was meant. */
const WITHOUT_TAB = /^ +(?!\$[({])[^#]*(?:qemu|kvm)/i;
const OPENERS: ReadonlySet<string> = new Set(['ifeq', 'ifneq', 'ifdef', 'ifndef']);
const LONGEST_HEAD = 300;

function endOfLogicalLine(text: string, start: number): number {
  let from = start;
  for (;;) {
    const feed = text.indexOf('\n', from);
    if (feed < 0) return text.length;
    const last = text[feed - 1] === '\r' ? feed - 2 : feed - 1;
    if (text[last] !== '\\') return feed + 1;
    from = feed + 1;
  }
}

function withoutLineEnd(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && (text[last - 1] === '\n' || text[last - 1] === '\r')) last -= 1;
  return last;
}

function recipe(text: string, { start, end }: Stretch): MakeLine {
  let from = start;
  while (from < end && ' \t@+-'.includes(text[from]!) && !startsOption(text, from)) from += 1;
  return { kind: 'recipe', text: { start: from, end } };
}

/** In `define` a line of options may stand; the dash of a recipe stands before a command. */
function startsOption(text: string, at: number): boolean {
  return text[at] === '-' && (text.startsWith('-device', at) || text.startsWith('-machine', at));
}

function readAssignment(
  text: string,
  line: Stretch,
  head: string,
  isUnconditional: boolean,
): MakeLine | undefined {
  const match = ASSIGNMENT.exec(head);
  if (match === null) return undefined;
  const [whole, target, name, sign] = match;
  const value = {
    start: line.start + whole.length,
    end: endOfValue(text, line.start + whole.length, line.end),
  };
  const operator = sign === '+' ? '+=' : sign === '?' ? '?=' : '=';
  const isCertain = isUnconditional && target === undefined;
  return { kind: 'assignment', name: name ?? '', operator, text: value, isCertain };
}

/** `NAME := …`, perhaps for one target only. */
const ASSIGNMENT =
  /^ *([^\s=:#]+:(?!=)\s*)?(?:export |override |private )*([\w.-]+)\s*(\+|\?|!|:{1,3})?=[ \t]*/;

/** A comment ends the value, and so do blanks. */
function endOfValue(text: string, start: number, end: number): number {
  let to = start;
  while (to < end && !(text[to] === '#' && text[to - 1] !== '\\')) to += 1;
  while (to > start && (text[to - 1] === ' ' || text[to - 1] === '\t')) to -= 1;
  return to;
}
