import type { CompiledProcess, CompiledStep } from './compile.ts';
import type { Field } from './state.ts';
import type { Step } from './step.ts';

/** What a process is doing, as far as time goes. */
export const BLOCKED = 0;
/** A thread that was woken and does not run yet. */
export const WAKING = 1;
/** A thread that waits for its CPU. */
export const READY = 2;
/** Paying for its next step. */
export const RUNNING = 3;
/** Part of the cost is paid; somebody else has the CPU. */
export const PAUSED = 4;

/** Kinds of context, in the order in which they notice a change: interrupts take CPUs before threads and guests see it. */
export const HARDIRQ = 0;
export const THREAD = 1;
export const GUEST = 2;
export const HARDWARE = 3;
export const TIMER = 4;
const KINDS = ['hardirq', 'thread', 'guest', 'hardware', 'timer'] as const;

/** A physical CPU in a run. */
export interface Cpu {
  hardirq: Runner | undefined;
  thread: Runner | undefined;
  /** Threads that wait for it, the longest first. */
  readonly queue: Runner[];
}

/** A process in a run. One plain object each, all of one shape, because this is read in the innermost loop. */
export interface Runner {
  readonly index: number;
  readonly process: CompiledProcess;
  readonly kind: number;
  /** A guest's is that of its vCPU thread; hardware and timers get one that nobody looks at. */
  cpu: Cpu;
  /** As {@link CompiledProcess.gate}. */
  readonly gate: Field;
  /** For guests. */
  vcpuThread: Runner | undefined;
  status: number;
  /** What is still to pay, in nanoseconds, while paused. */
  remainingNs: number;
  /** How many steps it has taken. */
  taken: number;
  current: CompiledStep;
  /** The guard of the current step. */
  guard: Step['when'];
}

/** The processes of a model before their first step, by index. */
export function createRunners(processes: readonly CompiledProcess[]): Runner[] {
  const cpus = new Map<number, Cpu>();
  const runners = processes.map((process): Runner => {
    const { context, index, gate } = process;
    const current = process.steps[1] as CompiledStep;
    const number = 'cpu' in context ? context.cpu : -1;
    const cpu = cpus.get(number) ?? { hardirq: undefined, thread: undefined, queue: [] };
    cpus.set(number, cpu);
    return {
      index,
      process,
      kind: KINDS.indexOf(context.kind),
      cpu,
      gate,
      vcpuThread: undefined,
      status: BLOCKED,
      // Nothing is to be paid; a double from the start, so that the object never changes its shape.
      remainingNs: NaN,
      taken: 0,
      current,
      guard: current.step.when,
    };
  });
  for (const guest of runners) {
    const { context } = guest.process;
    if (context.kind !== 'guest') continue;
    guest.vcpuThread = runners.find(({ process }) => process.name === context.vcpuThread);
    if (guest.vcpuThread) guest.cpu = guest.vcpuThread.cpu;
  }
  return runners;
}
