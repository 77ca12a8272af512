/** Where a function's definition stands in a text; lines and characters count from 0. */
export interface Definition {
  /** The line on which it begins, with its type: that of the name or one before. */
  readonly firstLine: number;
  readonly line: number;
  /** Where the name begins. */
  readonly character: number;
}

/** A comment, a literal, or a letter in the first column: only there a definition begins, in QEMU as in Linux. */
const BEGINNING = /\/\*[^]*?(?:\*\/|$(?![^]))|\/\/.*|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\.)*'|^[A-Za-z_]/gm;
const TOKEN = /[A-Za-z_]\w*|[\s*]+|[(){};=:,]|\/\*[^]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\[^])*"|#(?:.*\\\n)*.*|[^]/y;
const WORD = /^\w/;
/** `DEFINE_IDTENTRY_IRQ(common_interrupt)`: the macro defines a function of that name. */
const DEFINING_MACRO = /^[A-Z0-9_]*DEFINE[A-Z0-9_]*$/;
/** Nobody writes a longer head of a function. */
const LONGEST_HEAD = 4_000;

/**
 * The functions that a C text defines: first definition of each. A name before parentheses that belongs to an attribute
 * is among them; nobody asks for it. No preprocessor is run: what `#if` leaves out is found as well.
 */
export function definitionsIn(text: string): ReadonlyMap<string, Definition> {
  const found = new Map<string, Definition>();
  const lineOf = lineCounter(text);
  BEGINNING.lastIndex = 0;
  for (let match = BEGINNING.exec(text); match; match = BEGINNING.exec(text)) {
    const end = match.index + match[0].length;
    if (!WORD.test(match[0])) continue;
    const head = readHead(text, match.index);
    for (const { name, at, start } of head.isDefinition ? head.names : []) {
      if (found.has(name)) continue;
      const [firstLine] = lineOf(start);
      const [line, lineStart] = lineOf(at);
      found.set(name, { firstLine, line, character: at - lineStart });
    }
    BEGINNING.lastIndex = Math.max(end, head.end);
  }
  return found;
}

interface Head {
  readonly isDefinition: boolean;
  /** Names before parentheses, with their places and those of the declarations that they belong to. */
  readonly names: readonly { readonly name: string; readonly at: number; readonly start: number }[];
  readonly end: number;
}

/** Reads from the first column up to what ends a declaration or begins a body. */
function readHead(text: string, from: number): Head {
  const names: { name: string; at: number; start: number }[] = [];
  let depth = 0;
  let start = from;
  let hasEnded = false;
  let last: { name: string; at: number } | undefined;
  let isDefining = false;
  TOKEN.lastIndex = from;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [token] = match;
    const end = match.index + token.length;
    if (end - from > LONGEST_HEAD) return { isDefinition: false, names: [], end };
    if (WORD.test(token)) {
      if (hasEnded && depth === 0) start = match.index;
      hasEnded &&= depth > 0;
      if (depth === 1 && isDefining) names.push({ name: token, at: match.index, start });
      last = { name: token, at: match.index };
      isDefining = false;
    } else if (token === '(') {
      if (depth === 0 && last) names.push({ ...last, start });
      isDefining = depth === 0 && last !== undefined && DEFINING_MACRO.test(last.name);
      depth++;
    } else if (token === ')') {
      depth--;
      hasEnded = depth === 0;
      isDefining = false;
    } else if (depth === 0 && token === '{') {
      return { isDefinition: true, names, end };
    } else if (token === ';' || (depth <= 0 && /[={}:,]/.test(token))) {
      return { isDefinition: false, names: [], end };
    }
  }
  return { isDefinition: false, names: [], end: text.length };
}

/** Tells the line of an offset and where it begins, fast for offsets that mostly grow. */
function lineCounter(text: string): (offset: number) => readonly [line: number, start: number] {
  let line = 0;
  let start = 0;
  return (offset) => {
    if (offset < start) [line, start] = [0, 0];
    for (let next = text.indexOf('\n', start); next >= 0 && next < offset; next = text.indexOf('\n', start)) {
      line++;
      start = next + 1;
    }
    return [line, start];
  };
}
