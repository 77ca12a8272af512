import type { Source } from './option-doc.ts';

/** A source that somebody of this project read. */
export function read(where: string): Source {
  return { where, verified: true };
}

/** A statement from memory or from a second hand; shown as such. */
export function memory(where: string): Source {
  return { where, verified: false };
}
