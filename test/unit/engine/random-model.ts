import fc from 'fast-check';
import type { Model } from '../../../src/engine/compile.ts';
import type { ExecutionContext } from '../../../src/engine/context.ts';
import { initialState } from '../../../src/engine/semantics.ts';
import { procedure, RETURN } from '../../../src/engine/step.ts';
import type { Step } from '../../../src/engine/step.ts';
import { successors } from '../../../src/engine/successors.ts';
import { build, PARTY } from './toy.ts';

const FIELDS = 3;
const VALUES = 3;

const step = fc.record({
  guard: fc.option(fc.record({ field: fc.nat(FIELDS - 1), value: fc.nat(VALUES - 1) })),
  write: fc.option(fc.record({ field: fc.nat(FIELDS - 1), value: fc.nat(VALUES - 1) })),
  ways: fc.integer({ min: 1, max: 2 }),
  go: fc.constantFrom('next', 'return', 'first'),
});

const process = fc.record({
  kind: fc.constantFrom('hardware', 'hardirq', 'thread'),
  steps: fc.array(step, { minLength: 1, maxLength: 3 }),
  called: fc.array(step, { maxLength: 2 }),
});

type StepPlan = typeof step extends fc.Arbitrary<infer T> ? T : never;
type ProcessPlan = typeof process extends fc.Arbitrary<infer T> ? T : never;

/** Small models with guards, choices, jumps, calls and hard IRQs; few enough states to look at naively. */
export const randomModel: fc.Arbitrary<Model> = fc
  .array(process, { minLength: 1, maxLength: 3 })
  .map((plans) =>
    build((m) => {
      for (let i = 0; i < FIELDS; i++) m.field(`field ${String(i)}`, { max: VALUES });
      plans.forEach((plan, i) => {
        m.process(`process ${String(i)}`, contextOf(plan.kind), procedureOf(plan));
      });
    }),
  );

function contextOf(kind: ProcessPlan['kind']): ExecutionContext {
  return kind === 'hardware' ? { kind } : { kind, cpu: 0 };
}

function procedureOf({ steps, called }: ProcessPlan) {
  const callee = called.length > 0 ? procedure(PARTY, 'called', stepsOf(called)) : undefined;
  const own = stepsOf(steps);
  const first = own.s0;
  if (callee && first) own.s0 = { ...first, call: callee };
  return procedure(PARTY, 'root', own);
}

function stepsOf(plans: readonly StepPlan[]): Record<string, Step> {
  return Object.fromEntries(
    plans.map(({ guard, write, ways, go }, i): [string, Step] => [
      `s${String(i)}`,
      {
        at: 'nowhere',
        ...(guard ? { when: (s) => s[guard.field] === guard.value } : {}),
        choose: () => ways,
        do: (s, choice) => {
          if (write) s[write.field] = (write.value + choice) % VALUES;
          return go === 'next' ? undefined : go === 'return' ? RETURN : 's0';
        },
      },
    ]),
  );
}

/** A graph as it is found without any of the explorer's code: states as text. */
export interface NaiveGraph {
  /** Distance of every state from the initial one. */
  readonly distance: ReadonlyMap<string, number>;
  readonly edges: readonly { readonly from: string; readonly to: string; readonly step: number }[];
}

/** Looks at everything that can be reached, with a set of strings and a list. */
export function naiveGraph(model: Model): NaiveGraph {
  const start = initialState(model);
  const distance = new Map([[start.join(), 0]]);
  const edges: { from: string; to: string; step: number }[] = [];
  const queue = [start];
  for (const state of queue) {
    const from = state.join();
    for (const { state: after, step: id } of successors(model, state)) {
      const to = after.join();
      edges.push({ from, to, step: id });
      if (distance.has(to)) continue;
      distance.set(to, (distance.get(from) ?? 0) + 1);
      queue.push(after);
    }
  }
  return { distance, edges };
}
