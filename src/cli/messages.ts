import type { Position } from '../base/text-range.ts';
import type { Problem } from '../config/problem.ts';

/** `file:line:column: message`, counting from 1. */
export function locatedMessage(file: string, position: Position, message: string): string {
  return `${file === '-' ? '<stdin>' : file}:${position.line + 1}:${position.character + 1}: ${message}\n`;
}

/** A problem as a line for standard error. */
export function problemMessage(file: string, problem: Problem): string {
  return locatedMessage(file, problem.range.start, `${problem.severity}: ${problem.message}`);
}
