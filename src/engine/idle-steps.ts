import type { Model } from './compile.ts';
import type { Edge } from './reachable-graph.ts';
import type { Lasso } from './lasso.ts';
import { isLocal } from './local-steps.ts';

/** The prefix of a run without the local steps after which their process has no part in it: nobody could tell. */
export function withoutIdleSteps(model: Model, { prefix, cycle }: Lasso): Edge[] {
  const hasPart = new Set(cycle.map(({ process }) => process));
  const last = prefix.at(-1);
  if (last) hasPart.add(last.process);
  const kept: Edge[] = [];
  for (const edge of prefix.toReversed()) {
    const compiled = model.steps[edge.step];
    if (!hasPart.has(edge.process) && compiled && isLocal(compiled, model)) continue;
    hasPart.add(edge.process);
    kept.push(edge);
  }
  return kept.reverse();
}
