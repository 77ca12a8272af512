import type { CompiledProcess, Model } from '../engine/compile.ts';
import { isLocal } from '../engine/local-steps.ts';
import { currentStep, fire, isEnabled, outcomes } from '../engine/semantics.ts';
import type { State } from '../engine/state.ts';
import { ConfigSet } from './config-set.ts';
import { Coverage } from './coverage.ts';
import { NOTHING, UNKNOWN } from './emissions.ts';
import type { Emissions } from './emissions.ts';

/** An event that the model could have printed, and where. */
export interface PossibleEvent {
  readonly event: string;
  readonly context: string;
}

/**
 * One way in which the model can stand: its state, and for every process the events that it has printed of the step
 * that it is in. Behind that, which steps a run to it has taken.
 */
interface Config {
  readonly words: Int32Array;
  readonly state: State;
  readonly printed: Uint16Array;
  readonly taken: Int32Array;
}

/**
 * Follows a trace through all the ways in which the model can print it. A step prints its events while its cost is
 * being paid, in their order, and others may print in between; when all are printed it takes effect, at any time
 * before its process goes on. Steps that print nothing happen whenever they can; those of them that are local happen at
 * once, as it does not matter when.
 */
export class Inclusion {
  readonly coverage: Coverage;
  /** The largest number of configurations that there were at once. */
  largest = 0;
  readonly #model: Model;
  readonly #emissions: Emissions;
  readonly #maxConfigs: number;
  /** By number of the step: 1 if it is local and prints nothing. */
  readonly #silentLocal: Uint8Array;
  readonly #from: Config;
  readonly #work: Config;
  #now: ConfigSet;
  #next: ConfigSet;

  constructor(model: Model, emissions: Emissions, maxConfigs: number) {
    this.#model = model;
    this.#emissions = emissions;
    this.#maxConfigs = maxConfigs;
    this.#silentLocal = Uint8Array.from(model.steps, (step) =>
      isLocal(step, model) && emissions.constantOf(step) === NOTHING ? 1 : 0,
    );
    this.coverage = new Coverage(model);
    this.#from = this.#config();
    this.#work = this.#config();
    const rest = this.coverage.words;
    const key = this.#from.words.length - rest;
    this.#now = new ConfigSet(key, rest);
    this.#next = new ConfigSet(key, rest);
  }

  /** Starts in these states, with nothing printed and no step taken. False if the bound on configurations is hit. */
  start(states: Iterable<State>): boolean {
    this.#now.clear();
    for (const state of states) {
      this.#work.words.fill(0);
      this.#work.state.set(state);
      this.#now.add(this.#work.words);
    }
    return this.#close();
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
      this.#next.add(this.#work.words);
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
      this.#now.read(index, this.#from.words);
      if (test(this.#from.state)) return true;
    }
    return false;
  }

  /** Adds to {@link coverage} the steps of one run that prints all that was accepted. */
  cover(): void {
    this.#now.read(0, this.#from.words);
    this.coverage.add(this.#from.taken);
  }

  #config(): Config {
    const stateWords = Math.ceil(this.#model.stateBytes / 4);
    const printedWords = Math.ceil(this.#model.processes.length / 2);
    const words = new Int32Array(stateWords + printedWords + this.coverage.words);
    return {
      words,
      state: new Uint8Array(words.buffer, 0, this.#model.stateBytes),
      printed: new Uint16Array(words.buffer, stateWords * 4, this.#model.processes.length),
      taken: new Int32Array(words.buffer, (stateWords + printedWords) * 4),
    };
  }

  /** Lets every step take effect that has printed all it prints; most print nothing. */
  #close(): boolean {
    const { words, printed } = this.#from;
    for (let index = 0; index < this.#now.size; index++) {
      if (index > this.#maxConfigs) return false;
      this.#now.read(index, words);
      const alone = this.#silentLocalMover();
      for (const process of this.#model.processes) {
        if (alone !== null && process !== alone) continue;
        this.#fire(process, printed[process.index] as number, (step) => {
          this.#work.printed[process.index] = NOTHING;
          this.coverage.take(this.#work.taken, step, this.#work.state[process.counter] as number);
          this.#now.add(this.#work.words);
        });
      }
    }
    this.largest = Math.max(this.largest, this.#now.size);
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

  /** Every outcome of the next step of `process` that prints exactly `sequence`; the state after it is in `#work`. */
  #fire(process: CompiledProcess, sequence: number, found: (step: number) => void): void {
    const { state, words } = this.#from;
    const next = currentStep(process, state);
    const constant = this.#emissions.constantOf(next);
    if ((constant !== null && constant !== sequence) || next.step.environment === 'stop') return;
    if (!isEnabled(process, state)) return;
    const ways = outcomes(process, state);
    for (let choice = 0; choice < ways; choice++) {
      this.#work.words.set(words);
      const { id } = fire(process, this.#work.state, choice);
      if (this.#emissions.of(next, this.#work.state, state) === sequence) found(id);
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
      this.#now.read(index, words);
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
