/**
 * All that the steps of a model may read or write: small integers, one byte each.
 * Clocks, deadlines, run queues and statistics are not in it, so that a state can be copied, hashed and compared.
 */
export type State = Uint8Array;

/** The place of one named integer in a {@link State}. */
export type Field = number;

/** What a field is called and which values it can take. */
export interface FieldSpec {
  /** As shown to people, e.g. `LR state`. */
  readonly name: string;
  /** The largest value any step may write; tests hold runs against it. */
  readonly max: number;
  readonly initial: number;
  /** Words for the values 0, 1, … where numbers would not speak for themselves. */
  readonly values?: readonly string[];
  /** Worth a note in a diagram when it changes: what decides how the next interrupt travels. */
  readonly notable?: true;
}
