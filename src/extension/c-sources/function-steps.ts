import { rowsOfShape } from '../../analysis/rows-of-shape.ts';
import type { Simulation, StepRow } from '../../analysis/simulation.ts';
import { codePlaces, inAllReleases } from '../../catalog/code-places.ts';
import type { CodePlace } from '../../catalog/code-places.ts';

/** The steps of a run that are part of a function. */
export interface FunctionSteps {
  /** The most frequent shape that has any. */
  readonly shape: number;
  /** All steps of that shape. */
  readonly rows: readonly StepRow[];
  /** Positions of the function's among them, from 0; at least one. */
  readonly positions: readonly number[];
}

/** The functions that steps are part of, each once for every file that it is said to stand in. */
export function functionsOf(steps: Iterable<{ readonly at: string }>): CodePlace[] {
  const places = new Map<string, CodePlace>();
  for (const at of new Set([...steps].map((step) => step.at))) {
    for (const place of codePlaces(at)) places.set(`${place.tree} ${place.file} ${place.name}`, place);
  }
  return [...places.values()];
}

/** Where a run is in a function, under whichever name the run has it; undefined if it never is. */
export function stepsOfFunction(run: Simulation, place: CodePlace): FunctionSteps | undefined {
  for (const shape of run.shapes.keys()) {
    const rows = rowsOfShape(run, shape);
    const positions = rows.flatMap(({ at }, position) => (isAt(at, place) ? [position] : []));
    if (positions.length > 0) return { shape, rows, positions };
  }
  return undefined;
}

/** Whether a step's `at` names the function, under any of its names. */
export function isAt(at: string, place: CodePlace): boolean {
  const { files, names } = inAllReleases(place);
  return codePlaces(at).some(
    ({ tree, file, name }) => tree === place.tree && files.includes(file) && names.includes(name),
  );
}

/** `step 7 of 14`, `steps 7–9 of 14`, `steps 2, 7–9, … of 31`. */
export function stepsInWords({ rows, positions }: Pick<FunctionSteps, 'rows' | 'positions'>): string {
  const stretches: { from: number; to: number }[] = [];
  for (const position of positions) {
    const last = stretches.at(-1);
    if (last?.to === position - 1) last.to = position;
    else stretches.push({ from: position, to: position });
  }
  const words = stretches
    .slice(0, MOST_STRETCHES)
    .map(({ from, to }) => (from === to ? String(from + 1) : `${String(from + 1)}–${String(to + 1)}`));
  if (stretches.length > MOST_STRETCHES) words.push('…');
  return `${positions.length === 1 ? 'step' : 'steps'} ${words.join(', ')} of ${String(rows.length)}`;
}

/** More would not be read above a line of code. */
const MOST_STRETCHES = 2;
