import type { LineIndex } from './line-index.ts';
import type { Problem } from './problem.ts';

/** Says that nothing closes the quote or bracket from `start` to `end`; `closer` is what was expected. */
export function unterminatedQuote(
  opener: string,
  closer: string,
  rest: string,
  start: number,
  lines: LineIndex,
): Problem {
  return {
    code: 'unterminated-quote',
    severity: 'error',
    message: `nothing closes this ${opener}; expected ${closer} (${rest})`,
    range: lines.range(start, start + opener.length),
  };
}
