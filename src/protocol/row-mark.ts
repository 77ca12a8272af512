import { count, object, oneOf, text } from './guards.ts';
import type { Guard } from './guards.ts';

/** Why a row stands out: an interrupt is raised, it goes wrong, it repeats for ever, another run goes another way. */
export interface RowMark {
  /** Position of the row in its page. */
  readonly row: number;
  readonly kind: 'raised' | 'fatal' | 'repeats' | 'differs';
  /** In a few words; may be empty. */
  readonly words: string;
}

/** Whether a value is a mark of a row. */
export const isRowMark: Guard<RowMark> = object<RowMark>({
  row: count,
  kind: oneOf('raised', 'fatal', 'repeats', 'differs'),
  words: text(200),
});
