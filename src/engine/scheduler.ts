import { NO_GATE } from './compile.ts';
import type { Model } from './compile.ts';
import { jittered, jitterFactor, keyedUniform, scaled } from './jitter.ts';
import { RunLogWriter } from './run-log.ts';
import { createRunners } from './runner.ts';
import {
  BLOCKED,
  GUEST,
  HARDIRQ,
  HARDWARE,
  PAUSED,
  READY,
  RUNNING,
  THREAD,
  TIMER,
  WAKING,
} from './runner.ts';
import type { Cpu, Runner } from './runner.ts';
import { currentStep, fire, initialState } from './semantics.ts';
import type { State } from './state.ts';
import { stepCosts } from './step-costs.ts';
import type { TimedRunOptions } from './run-options.ts';

/** The sidecar of a timed run: the clock, deadlines, CPUs and run queues that no step can see. */
export class Scheduler {
  readonly state: State;
  readonly log = new RunLogWriter();
  readonly executed: Uint32Array;
  nowNs = 0;
  steps = 0;
  contextSwitches = 0;

  readonly #options: TimedRunOptions;
  readonly #costs: Float64Array;
  readonly #runners: readonly Runner[];
  /** The runners in the order in which they notice a change. */
  readonly #order: readonly Runner[];
  /** When each runner is done, by index; apart from the runners, because the earliest is looked for at every step. */
  readonly #deadline: Float64Array;
  /** No runner but the one that went last has a deadline before this. */
  #othersNotBefore = 0;
  #arrivals = 0;

  constructor(model: Model, options: TimedRunOptions) {
    this.state = initialState(model);
    this.executed = new Uint32Array(model.steps.length);
    this.#options = options;
    this.#costs = stepCosts(model, options.costs);
    this.#runners = createRunners(model.processes);
    this.#order = this.#runners.toSorted((a, b) => a.kind - b.kind || a.index - b.index);
    this.#deadline = new Float64Array(this.#runners.length).fill(Infinity);
  }

  /** Puts threads that have something to do on their CPUs: at the start nobody needs to be woken. */
  start(): void {
    for (const runner of this.#runners) {
      if (runner.kind !== THREAD || !this.#mayGo(runner)) continue;
      runner.status = READY;
      runner.cpu.queue.push(runner);
    }
    for (const { cpu } of this.#runners) this.#dispatch(cpu);
    this.#settle();
  }

  /** How often the environment has brought something so far. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** Takes step after step, until nothing will ever happen again or the run has that many steps; it can then go on. */
  run(maxSteps: number): void {
    const deadline = this.#deadline;
    let first = 0;
    while (this.steps < maxSteps) {
      // Mostly the process that went last goes on before anybody else is due: then nobody needs to be looked for.
      if (!((deadline[first] as number) < this.#othersNotBefore)) {
        first = this.#findEarliest();
        if (first < 0) return;
      }
      this.nowNs = deadline[first] as number;
      const runner = this.#runners[first] as Runner;
      if (runner.status === WAKING) this.#queue(runner);
      else if (!this.#mayGo(runner)) this.#block(runner);
      else if (!this.#take(runner)) continue;
      this.#settle();
    }
  }

  /** The runner with the earliest deadline, of several the first; -1 if there is none. */
  #findEarliest(): number {
    const deadline = this.#deadline;
    let first = -1;
    let earliest = Infinity;
    let second = Infinity;
    for (let i = 0; i < deadline.length; i++) {
      const candidate = deadline[i] as number;
      if (candidate >= second) continue;
      if (candidate < earliest) {
        second = earliest;
        earliest = candidate;
        first = i;
      } else {
        second = candidate;
      }
    }
    this.#othersNotBefore = second;
    return first;
  }

  /** Has somebody else than the one who goes now come due at that time. */
  #expect(runner: Runner, deadlineNs: number): void {
    this.#deadline[runner.index] = deadlineNs;
    if (deadlineNs < this.#othersNotBefore) this.#othersNotBefore = deadlineNs;
  }

  /** Whether the next step can happen: its guard, guest mode for a guest, and what the run allows the world. */
  #mayGo(runner: Runner): boolean {
    if (!this.#gateOpen(runner)) return false;
    if (runner.kind === HARDWARE) {
      const { environment } = runner.current.step;
      if (environment !== undefined) {
        const over = this.#arrivals >= this.#options.arrivals;
        if (environment === 'arrival' ? over : !over) return false;
      }
    }
    const { guard } = runner;
    return guard === undefined || guard(this.state);
  }

  #gateOpen({ gate }: Runner): boolean {
    return gate === NO_GATE || this.state[gate] === 1;
  }

  #hasCpu(runner: Runner): boolean {
    const { kind, cpu } = runner;
    if (kind >= HARDWARE) return true;
    if (kind === HARDIRQ) return cpu.hardirq === undefined || cpu.hardirq === runner;
    if (cpu.hardirq !== undefined) return false;
    if (kind === THREAD) return cpu.thread === runner;
    const { vcpuThread } = runner;
    return cpu.thread === vcpuThread && vcpuThread?.status === BLOCKED;
  }

  #costOfNext(runner: Runner): number {
    const base = this.#costs[runner.current.id] as number;
    const { jitter, seed } = this.#options;
    return runner.kind === TIMER ? base : jittered(base, jitter, seed, runner.index, runner.taken);
  }

  /** Starts to pay for the next step, or waits for the CPU with the whole cost still to pay. */
  #begin(runner: Runner, extraNs: number): void {
    const toPay = this.#costOfNext(runner) + extraNs;
    if (runner.kind === HARDIRQ) runner.cpu.hardirq = runner;
    if (this.#hasCpu(runner)) {
      runner.status = RUNNING;
      this.#expect(runner, this.nowNs + toPay);
    } else {
      runner.status = PAUSED;
      this.#deadline[runner.index] = Infinity;
      runner.remainingNs = toPay;
    }
  }

  #block(runner: Runner): void {
    const { cpu } = runner;
    runner.status = BLOCKED;
    this.#deadline[runner.index] = Infinity;
    if (runner.kind === HARDIRQ) {
      if (cpu.hardirq === runner) cpu.hardirq = undefined;
    } else if (runner.kind === THREAD) {
      const at = cpu.queue.indexOf(runner);
      if (at >= 0) cpu.queue.splice(at, 1);
      if (cpu.thread === runner && runner.current.step.runsGuest !== true) {
        cpu.thread = undefined;
        this.#dispatch(cpu);
      }
    }
  }

  /** A thread has been woken: it waits for its CPU. */
  #queue(runner: Runner): void {
    runner.status = READY;
    this.#deadline[runner.index] = Infinity;
    runner.cpu.queue.push(runner);
    this.#dispatch(runner.cpu);
  }

  /** Gives a free CPU to the thread that has waited longest. */
  #dispatch(cpu: Cpu): void {
    if (cpu.thread !== undefined) return;
    const runner = cpu.queue.shift();
    if (runner === undefined) return;
    cpu.thread = runner;
    this.contextSwitches++;
    this.#begin(runner, this.#options.costs.contextSwitch as number);
  }

  #wake(runner: Runner): void {
    const parameter = runner.current.step.wake ?? 'threadWake';
    const delay = this.#options.costs[parameter];
    if (delay === undefined) throw new Error(`there is no cost parameter "${parameter}"`);
    const { wakeJitter, seed } = this.#options;
    runner.status = WAKING;
    this.#expect(runner, this.nowNs + jittered(delay, wakeJitter, ~seed, runner.index, runner.taken));
  }

  /** Lets every process notice what has changed. */
  #settle(): void {
    for (const runner of this.#order) {
      const { status } = runner;
      if (status === RUNNING) {
        if (runner.kind <= GUEST && !(this.#hasCpu(runner) && this.#gateOpen(runner))) this.#pause(runner);
      } else if (status === BLOCKED) {
        if (this.#mayGo(runner)) this.#unblock(runner);
      } else if (status === PAUSED) {
        if (this.#hasCpu(runner) && this.#gateOpen(runner)) this.#resume(runner);
      } else if (!this.#mayGo(runner)) {
        this.#block(runner);
      }
    }
  }

  #unblock(runner: Runner): void {
    if (runner.kind === THREAD && runner.current.step.runsGuest !== true) this.#wake(runner);
    else if (runner.kind === THREAD || this.#hasCpu(runner)) this.#begin(runner, 0);
  }

  #pause(runner: Runner): void {
    runner.status = PAUSED;
    runner.remainingNs = (this.#deadline[runner.index] as number) - this.nowNs;
    this.#deadline[runner.index] = Infinity;
  }

  #resume(runner: Runner): void {
    runner.status = RUNNING;
    this.#expect(runner, this.nowNs + runner.remainingNs);
  }

  /** Takes the step whose cost is paid. Says whether anybody else could notice. */
  #take(runner: Runner): boolean {
    const { process, taken } = runner;
    const { step, id } = runner.current;
    const ways = step.choose === undefined ? 1 : step.choose(this.state);
    const choice =
      ways === 1
        ? 0
        : Math.floor(ways * keyedUniform(this.#options.seed, runner.index + this.#runners.length, taken));
    // Asked for before the effect, so that a processor works at both at a time.
    const factor = jitterFactor(this.#options.jitter, this.#options.seed, runner.index, taken + 1);
    fire(process, this.state, choice);
    const current = currentStep(process, this.state);
    runner.current = current;
    runner.guard = current.step.when;
    if (this.#options.log) this.log.add(this.nowNs, id, choice);
    this.executed[id] = (this.executed[id] as number) + 1;
    runner.taken = taken + 1;
    this.steps++;
    if (step.environment === 'arrival') this.#arrivals++;
    if (step.arms !== undefined) this.#rearm(step.arms);
    if (this.#mayGo(runner)) {
      // Its own step does not take the CPU away from it.
      const base = this.#costs[current.id] as number;
      this.#deadline[runner.index] = this.nowNs + (runner.kind === TIMER ? base : scaled(base, factor));
      // Without an effect and with the CPU kept, nothing has changed for anybody else.
      return step.do !== undefined || step.environment !== undefined;
    }
    this.#block(runner);
    return true;
  }

  #rearm(timer: string): void {
    const runner = this.#runners.find(({ process }) => process.name === timer);
    if (runner?.status === RUNNING) this.#expect(runner, this.nowNs + this.#costOfNext(runner));
  }
}
