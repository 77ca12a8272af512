/**
 * The outcome of something that can fail in a way its caller must handle.
 * Errors are values in the core; only a broken invariant of our own throws.
 */
export type Result<T, E = string> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** A success that carries `value`. */
export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

/** A failure that carries `error`: words a user can act on, or a structured problem. */
export function fail<E>(error: E): Result<never, E> {
  return { ok: false, error };
}
