import type { CompiledProcess, CompiledStep, Model } from '../engine/compile.ts';
import { grown } from '../engine/edge-list.ts';
import { isLocal } from '../engine/local-steps.ts';
import { currentStep, fire, isEnabled, outcomes } from '../engine/semantics.ts';
import { copyState, StateSet } from '../engine/state-set.ts';
import type { WorkState } from '../engine/state-set.ts';
import type { State } from '../engine/state.ts';
import { NOTHING, UNKNOWN } from './emissions.ts';
import type { Emissions } from './emissions.ts';

/** Words of one silent way: the configuration that it leads to, the step taken, and the program counter behind it. */
export const SILENT_WORDS = 3;
/** Words of one event that can be printed: its context, itself, and the configuration that it leads to. */
export const PRINTING_WORDS = 3;

/**
 * One way in which the model can stand: its state, and for every process the events that it has printed of the step
 * that it is in.
 */
interface Config extends WorkState {
  readonly printed: Uint16Array;
}

/**
 * The configurations of a model that were met, each with a number, and the ways from each to others. A trace comes
 * back to most of them in every cycle, and the next trace too: the model is asked once.
 */
export class ConfigGraph {
  readonly model: Model;
  readonly emissions: Emissions;
  readonly #configs: StateSet;
  /** By number of the step: 1 if it is local and prints nothing. */
  readonly #silentLocal: Uint8Array;
  readonly #from: Config;
  readonly #work: Config;
  /** By configuration: where its ways are in `#ways`; 0 if nobody asked yet. */
  #places = new Int32Array(64);
  /** Of each configuration: how many silent ways it has, those, how many events it can print, and those. */
  #ways = new Int32Array(1024);
  #used = 1;
  /** What the configuration in `#from` can print, as in `#ways`. */
  readonly #printings: number[] = [];
  /** By configuration: the round in which it was seen last. */
  #seen = new Int32Array(64);
  #round = 0;

  constructor(model: Model, emissions: Emissions) {
    this.model = model;
    this.emissions = emissions;
    const stateWords = Math.ceil(model.stateBytes / 4);
    const processes = model.processes.length;
    this.#configs = new StateSet((stateWords + Math.ceil(processes / 2)) * 4);
    this.#silentLocal = Uint8Array.from(model.steps, (step) =>
      isLocal(step, model) && emissions.constantOf(step) === NOTHING ? 1 : 0,
    );
    const config = (): Config => {
      const work = this.#configs.buffer();
      return { ...work, printed: new Uint16Array(work.words.buffer, stateWords * 4, processes) };
    };
    this.#from = config();
    this.#work = config();
  }

  /** How many configurations there are. */
  get size(): number {
    return this.#configs.size;
  }

  /** The number of the configuration in which nothing of any step is printed. */
  unprinted(state: State): number {
    this.#work.words.fill(0);
    this.#work.state.set(state.subarray(0, this.model.stateBytes));
    return this.#add();
  }

  /** The number that a configuration of another graph of the same model has here. */
  adopt(other: ConfigGraph, config: number): number {
    other.#configs.read(config, this.#work);
    return this.#add();
  }

  /** From now on nothing was seen. */
  startRound(): void {
    this.#round++;
  }

  /** Whether a configuration is seen for the first time in this round. */
  isFirst(config: number): boolean {
    if (this.#seen[config] === this.#round) return false;
    this.#seen[config] = this.#round;
    return true;
  }

  /** The state of a configuration: to be read at once, as it changes with the next question. */
  stateOf(config: number): State {
    this.#configs.read(config, this.#from);
    return this.#from.state;
  }

  /** Where {@link word} has how many silent ways a configuration has, and then {@link SILENT_WORDS} of each. */
  silentWays(config: number): number {
    const place = this.#places[config] as number;
    return place === 0 ? this.#find(config) : place;
  }

  /** Where {@link word} has how many events a configuration can print, and then {@link PRINTING_WORDS} of each. */
  printings(config: number): number {
    const silent = this.silentWays(config);
    return silent + 1 + this.word(silent) * SILENT_WORDS;
  }

  word(place: number): number {
    return this.#ways[place] as number;
  }

  /** Asks the model where a configuration can go. Returns what {@link silentWays} does. */
  #find(config: number): number {
    this.#configs.read(config, this.#from);
    this.#printings.length = 0;
    const place = this.#used;
    this.#places[config] = place;
    this.#push(0);
    const alone = this.#silentLocalMover();
    if (alone !== null) this.#follow(alone);
    else for (const process of this.model.processes) this.#follow(process);
    this.#ways[place] = (this.#used - place - 1) / SILENT_WORDS;
    this.#push(this.#printings.length / PRINTING_WORDS);
    for (const word of this.#printings) this.#push(word);
    return place;
  }

  /** A process of the configuration in `#from` that takes a local step before all else; null if there is none. */
  #silentLocalMover(): CompiledProcess | null {
    const { state } = this.#from;
    for (const process of this.model.processes) {
      if (this.#silentLocal[currentStep(process, state).id] === 1 && isEnabled(process, state))
        return process;
    }
    return null;
  }

  /** Notes what the next step of `process` can print next, or each of its outcomes if all that it prints is printed. */
  #follow(process: CompiledProcess): void {
    const from = this.#from;
    const work = this.#work;
    const printed = from.printed[process.index] as number;
    const next = currentStep(process, from.state);
    const constant = this.emissions.constantOf(next);
    if (constant !== null && constant !== printed) {
      if (isEnabled(process, from.state)) this.#notePrinting(process, constant);
      return;
    }
    if (next.step.environment === 'stop' || !isEnabled(process, from.state)) return;
    const ways = outcomes(process, from.state);
    for (let choice = 0; choice < ways; choice++) {
      copyState(from, work);
      fire(process, work.state, choice);
      const sequence = constant ?? this.emissions.of(next, work.state, from.state);
      if (sequence === printed) this.#noteOutcome(process, next);
      else this.#notePrinting(process, sequence);
    }
  }

  /** Notes the outcome in `#work` of a step that has printed all it prints. */
  #noteOutcome({ index, counter }: CompiledProcess, { id }: CompiledStep): void {
    const { printed, state } = this.#work;
    printed[index] = NOTHING;
    this.#push(this.#add());
    this.#push(id);
    this.#push(state[counter] as number);
  }

  /** Notes what comes next of a sequence that a process prints. */
  #notePrinting({ index }: CompiledProcess, sequence: number): void {
    const printed = this.#from.printed[index] as number;
    const event = this.emissions.next(sequence, printed);
    if (event === UNKNOWN) return;
    copyState(this.#from, this.#work);
    this.#work.printed[index] = this.emissions.extend(printed, event);
    this.#printings.push(this.emissions.contexts[index] as number, event, this.#add());
  }

  /** The number of the configuration in `#work`. */
  #add(): number {
    const number = this.#configs.add(this.#work);
    if (number >= 0) return number;
    if (this.#configs.size > this.#places.length) {
      this.#places = grown(this.#places);
      this.#seen = grown(this.#seen);
    }
    return -number - 1;
  }

  #push(word: number): void {
    if (this.#used === this.#ways.length) this.#ways = grown(this.#ways);
    this.#ways[this.#used++] = word;
  }
}
