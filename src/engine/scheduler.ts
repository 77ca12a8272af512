import type { CompiledProcess, CompiledStep, Model } from './compile.ts';
import { jittered, keyedUniform } from './jitter.ts';
import { RunLogWriter } from './run-log.ts';
import { currentStep, fire, initialState } from './semantics.ts';
import type { State } from './state.ts';
import { stepCosts } from './step-costs.ts';
import type { Step } from './step.ts';
import type { TimedRunOptions } from './run-options.ts';

/** What a process is doing, as far as time goes. */
const BLOCKED = 0;
/** A thread that was woken and does not run yet. */
const WAKING = 1;
/** A thread that waits for its CPU. */
const READY = 2;
/** Paying for its next step. */
const RUNNING = 3;
/** Part of the cost is paid; somebody else has the CPU. */
const PAUSED = 4;

const HARDIRQ = 0;
const THREAD = 1;
const GUEST = 2;
const HARDWARE = 3;
const TIMER = 4;
const KINDS = ['hardirq', 'thread', 'guest', 'hardware', 'timer'] as const;
const NOBODY = -1;

/**
 * The sidecar of a timed run: the clock, deadlines, CPUs and run queues that no step can see. Processes are numbers
 * and what is known of them stands in arrays, because this is the innermost loop of every simulation.
 */
export class Scheduler {
  readonly state: State;
  readonly log = new RunLogWriter();
  readonly executed: Uint32Array;
  nowNs = 0;
  steps = 0;
  contextSwitches = 0;

  readonly #options: TimedRunOptions;
  readonly #processes: readonly CompiledProcess[];
  readonly #costs: Float64Array;
  readonly #kind: Uint8Array;
  /** CPU of each process; hardware has none. */
  readonly #cpu: Int32Array;
  /** For guests: their vCPU thread, and the field that says that it is in guest mode. */
  readonly #vcpuThread: Int32Array;
  readonly #gate: Int32Array;
  /** Processes in the order in which they notice a change: interrupts take CPUs before threads and guests see it. */
  readonly #order: Int32Array;
  readonly #cpuHardirq: Int32Array;
  readonly #cpuThread: Int32Array;
  readonly #queues: number[][];

  readonly #status: Uint8Array;
  readonly #deadline: Float64Array;
  readonly #remaining: Float64Array;
  readonly #taken: Uint32Array;
  readonly #current: CompiledStep[];
  readonly #guard: Step['when'][];
  #arrivals = 0;

  constructor(model: Model, options: TimedRunOptions) {
    const { processes } = model;
    const count = processes.length;
    const byName = (name: string): number => processes.findIndex((process) => process.name === name);
    this.state = initialState(model);
    this.executed = new Uint32Array(model.steps.length);
    this.#options = options;
    this.#processes = processes;
    this.#costs = stepCosts(model, options.costs);
    this.#kind = Uint8Array.from(processes, ({ context }) => KINDS.indexOf(context.kind));
    this.#vcpuThread = Int32Array.from(processes, ({ context }) =>
      context.kind === 'guest' ? byName(context.vcpuThread) : NOBODY,
    );
    this.#gate = Int32Array.from(processes, ({ context }) =>
      context.kind === 'guest' ? context.inGuest : NOBODY,
    );
    this.#cpu = Int32Array.from(processes, ({ context }) => ('cpu' in context ? context.cpu : NOBODY));
    for (let p = 0; p < count; p++) {
      const thread = this.#vcpuThread[p] as number;
      if (thread !== NOBODY) this.#cpu[p] = this.#cpu[thread] as number;
    }
    const cpus = Math.max(0, ...this.#cpu) + 1;
    this.#order = Int32Array.from(
      processes.toSorted((a, b) => this.#kindOf(a.index) - this.#kindOf(b.index) || a.index - b.index),
      ({ index }) => index,
    );
    this.#cpuHardirq = new Int32Array(cpus).fill(NOBODY);
    this.#cpuThread = new Int32Array(cpus).fill(NOBODY);
    this.#queues = Array.from({ length: cpus }, () => []);
    this.#status = new Uint8Array(count);
    this.#deadline = new Float64Array(count).fill(Infinity);
    this.#remaining = new Float64Array(count);
    this.#taken = new Uint32Array(count);
    this.#current = processes.map((process) => currentStep(process, this.state));
    this.#guard = this.#current.map(({ step }) => step.when);
  }

  /** Puts threads that have something to do on their CPUs: at the start nobody needs to be woken. */
  start(): void {
    this.#processes.forEach((_, p) => {
      if (this.#kind[p] !== THREAD || !this.#mayGo(p)) return;
      this.#status[p] = READY;
      this.#queue(p).push(p);
    });
    this.#queues.forEach((_, cpu) => {
      this.#dispatch(cpu);
    });
    this.#settle();
  }

  /** Goes on to the earliest deadline; false when nothing will ever happen again. */
  next(): boolean {
    const deadline = this.#deadline;
    let p = NOBODY;
    let earliest = Infinity;
    for (let i = 0; i < deadline.length; i++) {
      if ((deadline[i] as number) < earliest) {
        earliest = deadline[i] as number;
        p = i;
      }
    }
    if (p === NOBODY) return false;
    this.nowNs = earliest;
    if (this.#status[p] === WAKING) {
      this.#status[p] = READY;
      deadline[p] = Infinity;
      this.#queue(p).push(p);
      this.#dispatch(this.#cpu[p] as number);
      this.#settle();
    } else if (!this.#mayGo(p)) {
      this.#block(p);
      this.#settle();
    } else if (this.#take(p)) {
      this.#settle();
    }
    return true;
  }

  #kindOf(p: number): number {
    return this.#kind[p] as number;
  }

  #queue(p: number): number[] {
    return this.#queues[this.#cpu[p] as number] as number[];
  }

  /** Whether the next step can happen: its guard, guest mode for a guest, and what the run allows the world. */
  #mayGo(p: number): boolean {
    const gate = this.#gate[p] as number;
    if (gate !== NOBODY && this.state[gate] !== 1) return false;
    if (this.#kind[p] === HARDWARE) {
      const { environment } = (this.#current[p] as CompiledStep).step;
      if (environment !== undefined) {
        const over = this.#arrivals >= this.#options.arrivals;
        if (environment === 'arrival' ? over : !over) return false;
      }
    }
    const guard = this.#guard[p];
    return guard === undefined || guard(this.state);
  }

  #hasCpu(p: number): boolean {
    const kind = this.#kind[p] as number;
    if (kind >= HARDWARE) return true;
    const cpu = this.#cpu[p] as number;
    const hardirq = this.#cpuHardirq[cpu] as number;
    if (kind === HARDIRQ) return hardirq === NOBODY || hardirq === p;
    if (hardirq !== NOBODY) return false;
    if (kind === THREAD) return this.#cpuThread[cpu] === p;
    const thread = this.#vcpuThread[p] as number;
    return this.#cpuThread[cpu] === thread && this.#status[thread] === BLOCKED;
  }

  #costOfNext(p: number): number {
    const base = this.#costs[(this.#current[p] as CompiledStep).id] as number;
    const { jitter, seed } = this.#options;
    return this.#kind[p] === TIMER ? base : jittered(base, jitter, seed, p, this.#taken[p] as number);
  }

  /** Starts to pay for the next step, or waits for the CPU with the whole cost still to pay. */
  #begin(p: number, extraNs: number): void {
    const toPay = this.#costOfNext(p) + extraNs;
    if (this.#kind[p] === HARDIRQ) this.#cpuHardirq[this.#cpu[p] as number] = p;
    if (this.#hasCpu(p)) {
      this.#status[p] = RUNNING;
      this.#deadline[p] = this.nowNs + toPay;
    } else {
      this.#status[p] = PAUSED;
      this.#deadline[p] = Infinity;
      this.#remaining[p] = toPay;
    }
  }

  #block(p: number): void {
    const cpu = this.#cpu[p] as number;
    this.#status[p] = BLOCKED;
    this.#deadline[p] = Infinity;
    if (this.#kind[p] === HARDIRQ) {
      if (this.#cpuHardirq[cpu] === p) this.#cpuHardirq[cpu] = NOBODY;
    } else if (this.#kind[p] === THREAD) {
      const queue = this.#queue(p);
      const at = queue.indexOf(p);
      if (at >= 0) queue.splice(at, 1);
      if (this.#cpuThread[cpu] === p && (this.#current[p] as CompiledStep).step.runsGuest !== true) {
        this.#cpuThread[cpu] = NOBODY;
        this.#dispatch(cpu);
      }
    }
  }

  /** Gives a free CPU to the thread that has waited longest. */
  #dispatch(cpu: number): void {
    if (this.#cpuThread[cpu] !== NOBODY) return;
    const p = (this.#queues[cpu] as number[]).shift();
    if (p === undefined) return;
    this.#cpuThread[cpu] = p;
    this.contextSwitches++;
    this.#begin(p, this.#options.costs.contextSwitch as number);
  }

  #wake(p: number): void {
    const parameter = (this.#current[p] as CompiledStep).step.wake ?? 'threadWake';
    const delay = this.#options.costs[parameter];
    if (delay === undefined) throw new Error(`there is no cost parameter "${parameter}"`);
    const { wakeJitter, seed } = this.#options;
    this.#status[p] = WAKING;
    this.#deadline[p] = this.nowNs + jittered(delay, wakeJitter, ~seed, p, this.#taken[p] as number);
  }

  /** Lets every process notice what has changed. */
  #settle(): void {
    const { state } = this;
    const status = this.#status;
    for (const p of this.#order) {
      switch (status[p]) {
        case BLOCKED:
          if (!this.#mayGo(p)) break;
          if (this.#kind[p] === THREAD) {
            if ((this.#current[p] as CompiledStep).step.runsGuest === true) this.#begin(p, 0);
            else this.#wake(p);
          } else if (this.#hasCpu(p)) this.#begin(p, 0);
          break;
        case RUNNING:
          if (this.#kindOf(p) <= GUEST && (!this.#hasCpu(p) || !this.#gateOpen(p, state))) {
            status[p] = PAUSED;
            this.#remaining[p] = (this.#deadline[p] as number) - this.nowNs;
            this.#deadline[p] = Infinity;
          }
          break;
        case PAUSED:
          if (this.#hasCpu(p) && this.#gateOpen(p, state)) {
            status[p] = RUNNING;
            this.#deadline[p] = this.nowNs + (this.#remaining[p] as number);
          }
          break;
        default:
          if (!this.#mayGo(p)) this.#block(p);
      }
    }
  }

  #gateOpen(p: number, state: State): boolean {
    const gate = this.#gate[p] as number;
    return gate === NOBODY || state[gate] === 1;
  }

  /** Takes the step whose cost is paid. Says whether anybody else could notice. */
  #take(p: number): boolean {
    const process = this.#processes[p] as CompiledProcess;
    const { step, id } = this.#current[p] as CompiledStep;
    const ways = step.choose === undefined ? 1 : step.choose(this.state);
    const { seed } = this.#options;
    const choice =
      ways === 1 ? 0 : Math.floor(ways * keyedUniform(seed, p + this.#kind.length, this.#taken[p] as number));
    fire(process, this.state, choice);
    const current = currentStep(process, this.state);
    this.#current[p] = current;
    this.#guard[p] = current.step.when;
    if (this.#options.log) this.log.add(this.nowNs, id, choice);
    this.executed[id] = (this.executed[id] as number) + 1;
    this.#taken[p] = (this.#taken[p] as number) + 1;
    this.steps++;
    if (step.environment === 'arrival') this.#arrivals++;
    if (step.arms !== undefined) this.#rearm(step.arms);
    if (this.#mayGo(p)) {
      this.#begin(p, 0);
      // Without an effect and with the CPU kept, nothing has changed for anybody else.
      return step.do !== undefined || step.environment !== undefined;
    }
    this.#block(p);
    return true;
  }

  #rearm(timer: string): void {
    const p = this.#processes.findIndex(({ name }) => name === timer);
    if (p >= 0 && this.#status[p] === RUNNING) this.#deadline[p] = this.nowNs + this.#costOfNext(p);
  }
}
