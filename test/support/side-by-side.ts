/** Something that happened, and who did it. */
export interface EventIn<Context extends string> {
  readonly context: Context;
  readonly event: string;
}

/** The events of one context, in their order. */
export function project<Context extends string>(
  events: readonly EventIn<Context>[],
  wanted: Context,
): string[] {
  return events.filter(({ context }) => context === wanted).map(({ event }) => event);
}

/** A run and a real trace, context by context, for people; `!` marks the lines that differ. */
export function sideBySide<Context extends string>(
  contexts: readonly Context[],
  run: readonly EventIn<Context>[],
  real: readonly EventIn<Context>[],
  width: number,
): string {
  return contexts
    .flatMap((context) => {
      const left = project(run, context);
      const right = project(real, context);
      const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
        const [a = '', b = ''] = [left[i], right[i]];
        return `${a === b ? ' ' : '!'} ${a.padEnd(width)} ${b}`.trimEnd();
      });
      return [`-- ${context}`, `  ${'run'.padEnd(width)} real trace`, ...rows, ''];
    })
    .join('\n');
}
