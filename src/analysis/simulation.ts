import type { Distribution } from '../base/distribution.ts';
import type { Facts } from '../facts/facts.ts';
import type { PathSettings } from '../paths/path.ts';

/** What requests cost, counted over the whole run and both legs of the device, however many are outstanding at once. */
export interface RequestSummary {
  /** Requests that the device has given back. */
  readonly count: number;
  /** Notifications of the guest. */
  readonly kicksPerRequest: number;
  /** Notifications of the device, where the path tells them from requests that need none. */
  readonly callsPerRequest: number;
  readonly exitsPerRequest: number;
  readonly userspaceExitsPerRequest: number;
  /** Of one stop of the vCPU: from an exit to the next entry. What a halted vCPU slept is none. */
  readonly vcpuStallNs: Distribution;
  /** All of them together. */
  readonly vcpuStallNsPerRequest: number;
  /** From the first step of the run to the last request that came back. */
  readonly requestsPerSecond: number;
  /** What was counted for each queue; absent if one is used only. */
  readonly queues?: readonly QueueCounts[];
}

/** Requests and notifications of one queue of several, in the whole run. */
export interface QueueCounts {
  /** As the sources of an exploration are named, e.g. `vq1`. */
  readonly queue: string;
  readonly requests: number;
  readonly kicks: number;
  readonly calls: number;
}

/** What one interrupt cost on average; field meanings are those of `irqpath simulate --json` (docs/json.md). */
export interface Summary {
  /** From the assertion to the first instruction of the guest's handler. */
  readonly latencyNs: Distribution;
  /** From the assertion to the path being ready for the next interrupt. */
  readonly completionNs: Distribution;
  readonly exitsPerInterrupt: number;
  readonly userspaceExitsPerInterrupt: number;
  /** Average number of exits an interrupt causes, by reason; they add up to `exitsPerInterrupt`. */
  readonly exitReasons: Readonly<Record<string, number>>;
  /** Wake-ups of a halted vCPU; no exit belongs to them. */
  readonly haltWakeupsPerInterrupt: number;
  readonly physicalIrqsPerInterrupt: number;
  readonly guestIrqsPerInterrupt: number;
  readonly spuriousPerInterrupt: number;
  readonly contextSwitchesPerInterrupt: number;
  /** How often the device regions were unmapped from the guest, and mapped again. */
  readonly regionUnmapsPerInterrupt: number;
  readonly regionMapsPerInterrupt: number;
  readonly cpuNsPerInterrupt: {
    readonly guest: number;
    readonly kernel: number;
    readonly qemu: number;
    /** Of another process that serves the device, while it does; absent if there is none. */
    readonly process?: number;
  };
  readonly throughputPerSecond: number;
  /** Share (0 to 1) of the steps' time in the cycles that rests on costs nobody published (trust M or A). */
  readonly assumedShare: number;
  /** Of a device that is given requests; absent for others. */
  readonly requests?: RequestSummary;
}

/** A state field that a step changed, with words for its values where they have names. */
export interface StateChange {
  readonly field: string;
  readonly from: string;
  readonly to: string;
  /** Whether a diagram notes it. */
  readonly notable: boolean;
}

/** One step of a run of the model, timed or not, as shown to people. */
export interface ShownStep {
  /** Position in the run, from 0. */
  readonly index: number;
  readonly party: string;
  /** Where the party lives. */
  readonly home: 'hardware' | 'kernel' | 'qemu' | 'process' | 'guest';
  readonly process: string;
  readonly context: 'hardware' | 'hardirq' | 'thread' | 'guest' | 'timer';
  readonly label: string;
  /** The function that does it in reality, e.g. `Linux virt/kvm/eventfd.c irqfd_inject`. */
  readonly at: string;
  readonly tracepoints: readonly string[];
  /** What is counted here, e.g. `physical-irq`, `exit:DABT_LOW`. */
  readonly marks: readonly string[];
  readonly changes: readonly StateChange[];
  /** The step (by `index`) whose write let this process go on, if it was waiting. */
  readonly wokenBy: number | null;
  /** How the process came to this step: a call into it, a return, or simply the next one. */
  readonly entered: 'next' | 'call' | 'return';
}

/** One step of a timed run. */
export interface StepRow extends ShownStep {
  /** Simulated time at which the step took effect. */
  readonly timeNs: number;
  /** The interrupt (counted from 0) whose cycle the step belongs to; -1 before the first. */
  readonly interrupt: number;
  /** False once the path is ready again: idling and timers up to the next interrupt. */
  readonly inCycle: boolean;
  readonly costNs: number;
  /** Name of the cost parameter, and how far it can be trusted (S, Q, M, A). */
  readonly cost: string | null;
  readonly costTrust: 'S' | 'Q' | 'M' | 'A' | null;
}

/** Cycles in which every process took the same steps. */
export interface CycleShape {
  readonly count: number;
  /** Labels of the first such cycle, in order, from the assertion to the path being ready again. */
  readonly labels: readonly string[];
  /** Interrupt number of that first cycle. */
  readonly firstInterrupt: number;
  /** `index` of the step of that cycle that ends the latency; null if it never came. */
  readonly takenStep: number | null;
  /** What sets the shape apart, in words, e.g. `1 spurious guest interrupt`. */
  readonly title: string;
}

/** How a simulation stands: first the interrupts are run, then what became of each is measured. */
export interface SimulationProgress {
  readonly phase: 'run' | 'measure';
  /** Of how many interrupts this is done. */
  readonly interrupts: number;
  readonly of: number;
}

/** What a timed run measured. */
export interface Measurement {
  readonly path: string;
  readonly profile: string;
  readonly workload: string;
  readonly seed: number;
  /** More than cycles where those of several sources fall together. */
  readonly interrupts: number;
  readonly settings: PathSettings;
  readonly facts: Facts;
  /** Every known bug of the path, and whether it was in the machine. */
  readonly bugs: Readonly<Record<string, boolean>>;
  /** `quiet`: everything came to rest. `step-limit`: a storm was cut off. */
  readonly end: 'quiet' | 'step-limit';
  readonly summary: Summary;
}

/** The result of a timed run. */
export interface Simulation extends Measurement {
  readonly shapes: readonly CycleShape[];
  /** Rows in time order: of the whole run, or of the first cycle of every shape, as was asked for. */
  readonly steps: readonly StepRow[];
}
