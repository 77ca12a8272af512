import type { ExecutionContext } from './context.ts';
import type { ModelBuilder, ProcessSpec } from './model.ts';
import type { FieldSpec } from './state.ts';
import type { Procedure, Step } from './step.ts';

/** A step laid out in the process that runs it. Positions count from 1; 0 means "return". */
export interface CompiledStep {
  /** Number of the step in the whole model: what a run log stores. */
  readonly id: number;
  readonly process: number;
  readonly procedure: Procedure;
  readonly label: string;
  readonly step: Step;
  /** Position of the step that follows; 0 at the end of the procedure. */
  readonly next: number;
  /** Positions of the labels that `do` may name. */
  readonly targets: ReadonlyMap<string, number>;
  /** Position of the first step of the procedure that is called; 0 if none is. */
  readonly callee: number;
}

/** A process laid out in the state: its program counter, and the return positions of its callers. */
export interface CompiledProcess {
  readonly index: number;
  readonly name: string;
  readonly context: ExecutionContext;
  /** By position; entry 0 is not used. The process starts, and starts over, at position 1. */
  readonly steps: readonly CompiledStep[];
  readonly counter: number;
  /** The field that lets guest code run while it is 1; {@link NO_GATE} for all else. */
  readonly gate: number;
  /** Program counters of the hard IRQs that run on the same CPU: unless they are at their start, nobody else runs. */
  readonly preemptedBy: readonly number[];
  readonly stack: number;
  readonly depth: number;
}

/** The {@link CompiledProcess.gate} of what is not guest code. */
export const NO_GATE = -1;

/** A machine ready to be run, explored and drawn. */
export interface Model {
  readonly fields: readonly FieldSpec[];
  readonly processes: readonly CompiledProcess[];
  /** Every step of every process, by {@link CompiledStep.id}. */
  readonly steps: readonly CompiledStep[];
  /** Bytes of a state: the named fields, then program counters and call stacks. */
  readonly stateBytes: number;
}

/**
 * Lays out what a builder has collected.
 * Throws on mistakes in a machine part: a call cycle, an unknown vCPU thread, a procedure without steps.
 */
export function compile(builder: ModelBuilder): Model {
  let offset = builder.fields.length;
  const steps: CompiledStep[] = [];
  const processes = builder.processes.map((spec, index): CompiledProcess => {
    const depth = callDepth(spec.procedure, []);
    const compiled = layOut(spec, index, steps.length);
    steps.push(...compiled);
    const counter = offset;
    offset += 1 + depth;
    const preemptedBy: number[] = [];
    return {
      index,
      name: spec.name,
      context: spec.context,
      steps: [compiled[0] as CompiledStep, ...compiled],
      counter,
      gate: spec.context.kind === 'guest' ? spec.context.inGuest : NO_GATE,
      preemptedBy,
      stack: counter + 1,
      depth,
    };
  });
  for (const process of processes) {
    const { name, context } = process;
    const cpu = cpuOf(process, processes);
    if (context.kind !== 'hardirq' && cpu !== undefined) {
      for (const other of processes) {
        if (other.context.kind === 'hardirq' && other.context.cpu === cpu) {
          (process.preemptedBy as number[]).push(other.counter);
        }
      }
    }
    if (context.kind === 'guest' && !processes.some((other) => other.name === context.vcpuThread)) {
      throw new Error(`${name}: there is no process "${context.vcpuThread}" to be its vCPU thread`);
    }
  }
  return { fields: builder.fields, processes, steps, stateBytes: offset };
}

/** The physical CPU that a process needs; hardware and timers need none. */
function cpuOf({ context }: CompiledProcess, processes: readonly CompiledProcess[]): number | undefined {
  if (context.kind !== 'guest') return 'cpu' in context ? context.cpu : undefined;
  const vcpuThread = processes.find(({ name }) => name === context.vcpuThread);
  return vcpuThread && cpuOf(vcpuThread, processes);
}

/** How many return positions a process that runs `procedure` can have at once; a call in last place needs none. */
function callDepth(procedure: Procedure, callers: readonly Procedure[]): number {
  if (callers.includes(procedure)) {
    throw new Error(`call cycle: ${[...callers, procedure].map(({ name }) => name).join(' -> ')}`);
  }
  const path = [...callers, procedure];
  const entries = Object.values(procedure.steps);
  if (entries.length === 0) throw new Error(`${procedure.name} has no steps`);
  return Math.max(
    ...entries.map(({ call }, i) => (call ? callDepth(call, path) + (i < entries.length - 1 ? 1 : 0) : 0)),
  );
}

function reachable(procedure: Procedure, found: Procedure[] = []): Procedure[] {
  if (!found.includes(procedure)) {
    found.push(procedure);
    for (const { call } of Object.values(procedure.steps)) if (call) reachable(call, found);
  }
  return found;
}

function layOut(spec: ProcessSpec, process: number, firstId: number): CompiledStep[] {
  const entries = new Map<Procedure, number>();
  let position = 1;
  for (const procedure of reachable(spec.procedure)) {
    entries.set(procedure, position);
    position += Object.keys(procedure.steps).length;
  }
  if (position > 256)
    throw new Error(`${spec.name}: ${String(position)} steps do not fit a one-byte counter`);
  const compiled: CompiledStep[] = [];
  for (const [procedure, entry] of entries) {
    const labels = Object.keys(procedure.steps);
    const targets = new Map(labels.map((label, i) => [label, entry + i]));
    for (const [i, [label, step]] of Object.entries(procedure.steps).entries()) {
      compiled.push({
        id: firstId + compiled.length,
        process,
        procedure,
        label,
        step: sameShape(step),
        next: i < labels.length - 1 ? entry + i + 1 : 0,
        targets,
        callee: step.call ? (entries.get(step.call) ?? 0) : 0,
      });
    }
  }
  return compiled;
}

/**
 * A copy with every property there is, set or not. Machine parts write down only what they need, in dozens of shapes;
 * reading a property is several times as fast when all objects that a place meets have one shape.
 */
function sameShape(step: Step): Step {
  const copy: { readonly [Key in keyof Required<Step>]: Step[Key] | undefined } = {
    at: step.at,
    cost: step.cost,
    emits: step.emits,
    when: step.when,
    choose: step.choose,
    do: step.do,
    call: step.call,
    local: step.local,
    rest: step.rest,
    runsGuest: step.runsGuest,
    wake: step.wake,
    arms: step.arms,
    environment: step.environment,
    marks: step.marks,
  };
  return copy as Step;
}
