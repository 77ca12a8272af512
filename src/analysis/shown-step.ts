import type { CompiledProcess, Model } from '../engine/compile.ts';
import type { ReplayedStep } from '../engine/replay.ts';
import { observe } from './cycles.ts';
import type { ShownStep, StateChange } from './simulation.ts';

function changes({ fields }: Model, { before, after }: ReplayedStep): StateChange[] {
  return fields.flatMap(({ name, values, notable }, field) => {
    const from = before[field] as number;
    const to = after[field] as number;
    if (from === to) return [];
    const word = (value: number): string => values?.[value] ?? String(value);
    return [{ field: name, from: word(from), to: word(to), notable: notable === true }];
  });
}

/** A replayed step in words. */
export function shownStep(model: Model, replayed: ReplayedStep): ShownStep {
  const { step, index, before, after, wokenBy, entered } = replayed;
  const process = model.processes[step.process] as CompiledProcess;
  return {
    index,
    party: step.procedure.party.name,
    home: step.procedure.party.home,
    process: process.name,
    context: process.context.kind,
    label: step.label,
    at: step.step.at,
    tracepoints: (step.step.emits ?? [])
      .map((text) => (typeof text === 'string' ? text : text(after, before)))
      .filter((text) => text !== ''),
    marks: (step.step.marks ?? []).map((text) => observe(text, after)),
    changes: changes(model, replayed),
    wokenBy,
    entered,
  };
}
