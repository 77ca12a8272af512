import type { TextRange } from '../base/text-range.ts';

/**
 * Something to tell about a launch file. `error`: QEMU refuses it. `warning`: it does not do what it seems to.
 * `information`: worth knowing, nothing wrong.
 */
export interface Problem {
  /** Stable name of the kind of problem, e.g. `unknown-option`. */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'information';
  /** What is wrong and what was expected, as a sentence without a full stop. */
  readonly message: string;
  readonly range: TextRange;
}
