/**
 * A message with every part of the one before it that says the same: what is drawn from a part that stays the same object
 * is not drawn anew, under a press or the focus.
 */
export function keepSameParts<T>(before: unknown, now: T): T {
  if (!isRecord(before) || !isRecord(now)) {
    return JSON.stringify(before) === JSON.stringify(now) ? (before as T) : now;
  }
  const parts = Object.entries(now).map(([key, part]) => [key, keepSameParts(before[key], part)] as const);
  const isSame =
    parts.length === Object.keys(before).length && parts.every(([key, part]) => part === before[key]);
  return (isSame ? before : Object.fromEntries(parts)) as T;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
