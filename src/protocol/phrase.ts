/** A stretch of a sentence; what is strong is what people look for first. */
export interface Phrase {
  readonly text: string;
  readonly strong: boolean;
}
