import type { Cycle } from './cycles.ts';
import type { LegWords } from './leg-words.ts';
import type { CycleShape, StepRow } from './simulation.ts';

/** How a guest that idles leaves, whatever the path: by WFI, or by HLT on VMX and SVM. */
const IDLE_EXITS = ['exit:WFx', 'exit:HLT', 'exit:hlt'];

/** Whether a mark is an exit that the interrupt causes. */
export function isCountedExit(mark: string): boolean {
  return mark.startsWith('exit:') && !IDLE_EXITS.includes(mark);
}

/** Interrupt numbers of the first cycle of each shape, the most frequent shape first. */
export function firstCycles(cycles: readonly Cycle[]): { interrupt: number; count: number }[] {
  const shapes = new Map<string, { interrupt: number; count: number }>();
  for (const { shape, interrupt } of cycles) {
    const known = shapes.get(shape);
    if (known) known.count++;
    else shapes.set(shape, { interrupt, count: 1 });
  }
  return [...shapes.values()].sort((a, b) => b.count - a.count || a.interrupt - b.interrupt);
}

function plural(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** What a cycle amounts to, in words; `rows` are its own. On the way of a request there are no interrupts. */
export function wordsOf(rows: readonly StepRow[], { readyNs }: Cycle, unit: LegWords['unit']): string {
  const marks = rows.flatMap((row) => row.marks);
  const count = (wanted: string): number => marks.filter((mark) => mark === wanted).length;
  return [
    plural(marks.filter(isCountedExit).length, 'exit'),
    ...(unit === 'interrupt' ? [plural(count('handler-call'), 'host interrupt')] : []),
    ...(count('spurious') > 0 ? [plural(count('spurious'), 'spurious guest interrupt')] : []),
    ...(count('fast-path-off') > 0 ? ['regions unmapped'] : []),
    ...(readyNs === null ? ['never ready again'] : []),
  ].join(', ');
}

/** How the steps of a cycle differ from those of another, e.g. `+1 send-ipi, -1 wfi`; at most three of them. */
function difference(rows: readonly StepRow[], other: readonly StepRow[]): string {
  const counts = new Map<string, number>();
  for (const { label } of rows) counts.set(label, (counts.get(label) ?? 0) + 1);
  for (const { label } of other) counts.set(label, (counts.get(label) ?? 0) - 1);
  const differing = [...counts].filter(([, n]) => n !== 0).sort(([, a], [, b]) => Math.abs(a) - Math.abs(b));
  const shown = differing
    .slice(0, 3)
    .map(([label, n]) => `${n > 0 ? '+' : '−'}${String(Math.abs(n))} ${label}`);
  return differing.length > shown.length ? `${shown.join(', ')} …` : shown.join(', ');
}

/** Folds cycles into shapes; `rows` has those of the first cycle of each. */
export function describeShapes(
  cycles: readonly Cycle[],
  rows: readonly StepRow[],
  unit: LegWords['unit'],
): CycleShape[] {
  const namesakes = new Map<string, { first: readonly StepRow[]; variants: number }>();
  return firstCycles(cycles).map(({ interrupt, count }) => {
    const own = rows.filter((row) => row.interrupt === interrupt && row.inCycle);
    const words = wordsOf(own, cycles[interrupt] as Cycle, unit);
    const namesake = namesakes.get(words) ?? { first: own, variants: 0 };
    namesake.variants++;
    namesakes.set(words, namesake);
    return {
      count,
      labels: own.map(({ label }) => label),
      firstInterrupt: interrupt,
      takenStep: (cycles[interrupt] as Cycle).enterStep,
      title:
        namesake.variants === 1
          ? words
          : `${words}; variant ${String(namesake.variants)}: ${difference(own, namesake.first) || 'in another order'}`,
    };
  });
}
