import type { CompiledProcess, Model } from '../engine/compile.ts';
import { isLocal } from '../engine/local-steps.ts';
import { currentStep, fire, isEnabled, outcomes } from '../engine/semantics.ts';
import type { State } from '../engine/state.ts';
import { ConfigSet } from './config-set.ts';
import { Coverage } from './coverage.ts';
import type { UsedEdge } from './coverage.ts';
import { NOTHING, UNKNOWN } from './emissions.ts';
import type { Emissions } from './emissions.ts';

/** An event that the model could have printed, and where. */
export interface PossibleEvent {
  readonly event: string;
  readonly context: string;
}

/** What one run of the model takes: labels of the steps that it takes, of those that it does not, and the ways on. */
export interface TakenSteps {
  readonly used: readonly string[];
  readonly unused: readonly string[];
  readonly edges: readonly UsedEdge[];
}

/**
 * One way in which the model can stand: its state, and for every process the events that it has printed of the step
 * that it is in.
 */
interface Config {
  /** The memory of `state` and `printed`. */
  readonly words: Int32Array;
  readonly state: State;
  readonly printed: Uint16Array;
}

/**
 * Follows a trace through all the ways in which the model can print it. A step prints its events while its cost is
 * being paid, in their order, and others may print in between; when all are printed it takes effect, at any time
 * before its process goes on. Steps that print nothing happen whenever they can; those of them that are local happen at
 * once, as it does not matter when.
 */
export class Inclusion {
  /** The largest number of configurations that there were at once. */
  largest = 0;
  readonly #model: Model;
  readonly #emissions: Emissions;
  readonly #maxConfigs: number;
  readonly #coverage: Coverage;
  /** By number of the step: 1 if it is local and prints nothing. */
  readonly #silentLocal: Uint8Array;
  readonly #from: Config;
  readonly #work: Config;
  /** Which steps a run to the configuration in `#from` has taken. */
  readonly #taken: Int32Array;
  #now: ConfigSet;
  #next: ConfigSet;

  constructor(model: Model, emissions: Emissions, maxConfigs: number, coverage = new Coverage(model)) {
    this.#model = model;
    this.#emissions = emissions;
    this.#maxConfigs = maxConfigs;
    this.#silentLocal = Uint8Array.from(model.steps, (step) =>
      isLocal(step, model) && emissions.constantOf(step) === NOTHING ? 1 : 0,
    );
    this.#coverage = coverage;
    this.#from = emptyConfig(model);
    this.#work = emptyConfig(model);
    this.#taken = new Int32Array(this.#coverage.words);
    this.#now = new ConfigSet(this.#from.words.length, this.#taken.length);
    this.#next = new ConfigSet(this.#from.words.length, this.#taken.length);
  }

  /** Starts in these states, with nothing printed and no step taken. False if the bound on configurations is hit. */
  start(states: Iterable<State>): boolean {
    this.#now.clear();
    this.#taken.fill(0);
    for (const state of states) {
      this.#work.words.fill(0);
      this.#work.state.set(state);
      this.#now.add(this.#work.words, this.#taken);
    }
    return this.#close();
  }

  /** Another that stands where this one stands. */
  fork(): Inclusion {
    const other = new Inclusion(this.#model, this.#emissions, this.#maxConfigs, this.#coverage);
    other.largest = this.largest;
    other.#now = this.#now.copy();
    return other;
  }

  /** Follows one event. `no`: the model cannot print it now; the configurations stay as they were before it. */
  accept(context: string, event: string): 'yes' | 'no' | 'too many' {
    const contextNumber = this.#emissions.contextNumber(context);
    const number = this.#emissions.eventNumber(event);
    this.#next.clear();
    this.#forEachPrinting(contextNumber, (process, sequence) => {
      const printed = this.#from.printed[process] as number;
      const extended = this.#emissions.extend(printed, number);
      if (extended === UNKNOWN || !this.#emissions.startsWith(sequence, extended)) return;
      this.#work.words.set(this.#from.words);
      this.#work.printed[process] = extended;
      this.#next.add(this.#work.words, this.#taken);
    });
    if (this.#next.size === 0) return 'no';
    [this.#now, this.#next] = [this.#next, this.#now];
    return this.#close() ? 'yes' : 'too many';
  }

  /** All that the model could print now. */
  possible(): PossibleEvent[] {
    const found = new Map<string, PossibleEvent>();
    this.#forEachPrinting(null, (process, sequence) => {
      const number = this.#emissions.next(sequence, this.#from.printed[process] as number);
      if (number === UNKNOWN) return;
      const event = this.#emissions.eventName(number);
      const context = this.#emissions.contextName(this.#emissions.contexts[process] as number);
      found.set(`${context}: ${event}`, { event, context });
    });
    return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, possible]) => possible);
  }

  /** Whether the model can be in a state for which `test` holds. */
  some(test: (s: State) => boolean): boolean {
    for (let index = 0; index < this.#now.size; index++) {
      this.#now.readKey(index, this.#from.words);
      if (test(this.#from.state)) return true;
    }
    return false;
  }

  /** The steps of one run that prints all that was accepted. */
  oneRun(): TakenSteps {
    this.#now.read(0, this.#from.words, this.#taken);
    return {
      used: this.#coverage.used(this.#taken),
      unused: this.#coverage.unused(this.#taken),
      edges: this.#coverage.edges(this.#taken),
    };
  }

  /** Lets every step take effect that has printed all it prints; most print nothing. */
  #close(): boolean {
    const now = this.#now;
    for (let index = 0; index < now.size; index++) {
      if (index > this.#maxConfigs) return false;
      now.read(index, this.#from.words, this.#taken);
      const alone = this.#silentLocalMover();
      if (alone !== null) this.#fire(alone);
      else for (const process of this.#model.processes) this.#fire(process);
    }
    this.largest = Math.max(this.largest, now.size);
    return true;
  }

  /** A process of the configuration in `#from` that takes a local step before all else; null if there is none. */
  #silentLocalMover(): CompiledProcess | null {
    const { state } = this.#from;
    for (const process of this.#model.processes) {
      if (this.#silentLocal[currentStep(process, state).id] === 1 && isEnabled(process, state))
        return process;
    }
    return null;
  }

  /** Adds what stands after each outcome of the next step of `process` that has printed exactly what that prints. */
  #fire(process: CompiledProcess): void {
    const from = this.#from;
    const work = this.#work;
    const sequence = from.printed[process.index] as number;
    const next = currentStep(process, from.state);
    const constant = this.#emissions.constantOf(next);
    if ((constant !== null && constant !== sequence) || next.step.environment === 'stop') return;
    if (!isEnabled(process, from.state)) return;
    const ways = outcomes(process, from.state);
    for (let choice = 0; choice < ways; choice++) {
      for (let i = 0; i < from.words.length; i++) work.words[i] = from.words[i] as number;
      fire(process, work.state, choice);
      if (constant === null && this.#emissions.of(next, work.state, from.state) !== sequence) continue;
      work.printed[process.index] = NOTHING;
      if (!this.#now.add(work.words, this.#taken)) continue;
      this.#now.markLast(this.#coverage.bitOf(next.id, work.state[process.counter] as number));
    }
  }

  /**
   * Calls `found` with what the next step of each process of a context, or of every one, would print, in every
   * configuration; it is in `#from` then.
   */
  #forEachPrinting(context: number | null, found: (process: number, sequence: number) => void): void {
    const { state, words } = this.#from;
    const processes = this.#model.processes.filter(
      ({ index }) => context === null || this.#emissions.contexts[index] === context,
    );
    for (let index = 0; index < this.#now.size; index++) {
      this.#now.read(index, words, this.#taken);
      if (this.#silentLocalMover() !== null) continue;
      for (const process of processes) {
        const next = currentStep(process, state);
        const constant = this.#emissions.constantOf(next);
        if (constant === NOTHING || !isEnabled(process, state)) continue;
        if (constant !== null) {
          found(process.index, constant);
          continue;
        }
        const ways = outcomes(process, state);
        for (let choice = 0; choice < ways; choice++) {
          this.#work.words.set(words);
          fire(process, this.#work.state, choice);
          const sequence = this.#emissions.of(next, this.#work.state, state);
          if (sequence !== NOTHING) found(process.index, sequence);
        }
      }
    }
  }
}

/** A configuration to work in; padded so that it can be compared a word at a time. */
function emptyConfig({ stateBytes, processes }: Model): Config {
  const stateWords = Math.ceil(stateBytes / 4);
  const words = new Int32Array(stateWords + Math.ceil(processes.length / 2));
  return {
    words,
    state: new Uint8Array(words.buffer, 0, stateBytes),
    printed: new Uint16Array(words.buffer, stateWords * 4, processes.length),
  };
}
