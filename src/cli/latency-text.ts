import { latencySplit, shareInWords } from '../analysis/latency-split.ts';
import type { CycleShape, StepRow } from '../analysis/simulation.ts';
import { timeText } from './numbers.ts';

/** Where the latency of a cycle goes, part by part; nothing if the guest's handler never ran. `steps` are its own. */
export function latencyLines(steps: readonly StepRow[], { takenStep }: CycleShape): string[] {
  const taken = steps.findIndex(({ index }) => index === takenStep);
  const parts = taken < 0 ? [] : latencySplit(steps, taken);
  const times = parts.map(({ startNs, endNs }) => timeText(endNs - startNs));
  const width = Math.max(...times.map(({ length }) => length));
  return parts.length === 0
    ? []
    : [
        'latency of this cycle, part by part',
        ...parts.map((part, i) => `  ${(times[i] ?? '').padStart(width)}  ${shareInWords(part)}`),
        '',
      ];
}
