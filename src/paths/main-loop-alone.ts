import type { Procedure, Step } from '../engine/step.ts';

/** A main loop whose descriptors only it reads, and whose lock nobody wants at the same time: when it gets there makes no difference. */
export function readsAlone(loop: Procedure): Procedure {
  const alone = ['poll', 'poll-returns', 'main-loop-locks-bql'];
  const steps = Object.entries(loop.steps).map(([label, step]): [string, Step] => [
    label,
    alone.includes(label) || label.startsWith('dispatch-handler') ? { ...step, local: true } : step,
  ]);
  return { ...loop, steps: Object.fromEntries(steps) };
}
