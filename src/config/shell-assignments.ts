import type { Stretch } from './shell-commands.ts';

/** A word of a script that sets a variable. */
export interface Assignment {
  readonly name: string;
  readonly appends: boolean;
  /** Whether the value is `(…)`. */
  readonly isArray: boolean;
  /** Whether one element of an array is set: `NAME[i]=…`. */
  readonly isElement: boolean;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** Whether a word of a command is `NAME=…`, and so sets a variable for that command. */
export function isAssignment(source: string, word: Stretch | undefined): boolean {
  return word !== undefined && readAssignment(source, word) !== undefined;
}

/** Most words are no assignments, which shows behind the letters of the name. */
export function readAssignment(source: string, { start, end }: Stretch): Assignment | undefined {
  let i = start;
  while (i < end && isNameLetter(source.charCodeAt(i))) i += 1;
  if (i === start || i === end || isDigit(source.charCodeAt(start))) return undefined;
  const name = source.slice(start, i);
  const isElement = source[i] === '[';
  if (isElement) {
    const index = INDEX.exec(source.slice(i, Math.min(end, i + LONGEST_INDEX)));
    if (index === null) return undefined;
    i += index[0].length;
  }
  const appends = source[i] === '+';
  if (appends) i += 1;
  if (i >= end || source[i] !== '=') return undefined;
  return { name, appends, isArray: source[i + 1] === '(', isElement, start, valueStart: i + 1, end };
}

/** Whether a value holds a variable or a substitution, so that it depends on where it is assigned. */
export function dependsOnOthers(source: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const code = source.charCodeAt(i);
    if (code === DOLLAR || code === BACKTICK) return true;
  }
  return false;
}

const DOLLAR = 36;
const BACKTICK = 96;
const LONGEST_INDEX = 200;
const INDEX = /^\[[^\]=]*\]/;

function isNameLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || isDigit(code);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
