import type { Result } from '../../src/base/result.ts';

/** The value of a result that must not be an error here. */
export function unwrap<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`unexpected error: ${JSON.stringify(result.error)}`);
  return result.value;
}
