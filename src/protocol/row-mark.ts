import { count, object, oneOf, text } from './guards.ts';
import type { Guard } from './guards.ts';

/** Why a row stands out: an interrupt is raised or served, it goes wrong, it repeats for ever, another run differs. */
export interface RowMark {
  /** Position of the row in its page. */
  readonly row: number;
  readonly kind: 'raised' | 'served' | 'fatal' | 'repeats' | 'differs';
  /** In a few words; may be empty. */
  readonly words: string;
}

/** Whether a value is a mark of a row. */
export const isRowMark: Guard<RowMark> = object<RowMark>({
  row: count,
  kind: oneOf('raised', 'served', 'fatal', 'repeats', 'differs'),
  words: text(200),
});
