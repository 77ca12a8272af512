/** The lines with the first effect that has a cause moved in front of the last cause before it; null if there is none. */
export function withEffectFirst(text: string, cause: RegExp, effect: RegExp): string | null {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => cause.test(line));
  const to = first < 0 ? -1 : lines.findIndex((line, i) => i > first && effect.test(line));
  if (to < 0) return null;
  const from = lines.findLastIndex((line, i) => i < to && cause.test(line));
  const [line = ''] = lines.splice(to, 1);
  lines.splice(from, 0, line);
  return lines.join('\n');
}

/** The lines without the first of that kind; null if there is none. */
export function withoutFirst(text: string, kind: RegExp): string | null {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => kind.test(line));
  return first < 0 ? null : lines.toSpliced(first, 1).join('\n');
}
