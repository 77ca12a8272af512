/**
 * Run-time checks of values that come from the other side. Each is written next to a type, and the compiler
 * refuses a guard that does not fit its type.
 */
export type Guard<T> = (value: unknown) => value is T;

/** Accepts any text up to `maxLength` UTF-16 units; the default is more than any message of ours needs. */
export function text(maxLength = 4_000_000): Guard<string> {
  return (value): value is string => typeof value === 'string' && value.length <= maxLength;
}

/** Accepts finite numbers. */
export const number: Guard<number> = (value): value is number =>
  typeof value === 'number' && Number.isFinite(value);

/** Accepts whole numbers from 0 on that JavaScript counts exactly. */
export const count: Guard<number> = (value): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** Accepts whole numbers from -1 on: an index, or -1 for none. */
export const indexOrNone: Guard<number> = (value): value is number => value === -1 || count(value);

export const boolean: Guard<boolean> = (value): value is boolean => typeof value === 'boolean';

/** Accepts exactly the given texts. */
export function oneOf<const T extends string>(...choices: readonly T[]): Guard<T> {
  return (value): value is T => choices.some((choice) => choice === value);
}

export function nullable<T>(guard: Guard<T>): Guard<T | null> {
  return (value): value is T | null => value === null || guard(value);
}

/** Accepts what `guard` accepts, and a member that is not there. */
export function optional<T>(guard: Guard<T>): Guard<T | undefined> {
  return (value): value is T | undefined => value === undefined || guard(value);
}

/** Accepts a list of at most `maxLength` members that `guard` accepts. */
export function list<T>(guard: Guard<T>, maxLength = 100_000): Guard<readonly T[]> {
  return (value): value is readonly T[] =>
    Array.isArray(value) && value.length <= maxLength && value.every((member) => guard(member));
}

/** Accepts an object whose own values are all accepted by `guard`. */
export function record<T>(guard: Guard<T>): Guard<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> =>
    isObject(value) && Object.values(value).every(guard);
}

/**
 * Accepts an object that has every named member. Members that are not named are let through: a newer side may
 * send more than an older one knows.
 */
export function object<T extends object>(members: { readonly [K in keyof T]-?: Guard<T[K]> }): Guard<T> {
  const entries = Object.entries<Guard<unknown>>(members);
  return (value): value is T =>
    isObject(value) && entries.every(([key, guard]) => guard((value as Record<string, unknown>)[key]));
}

/** Accepts what one of two guards accepts. */
export function either<A, B>(first: Guard<A>, second: Guard<B>): Guard<A | B> {
  return (value): value is A | B => first(value) || second(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
