import type { CompiledStep, Model } from '../engine/compile.ts';
import type { State } from '../engine/state.ts';
import type { Alphabet, Binding } from '../paths/alphabet.ts';
import { eventOf } from './reduce.ts';

/** Nothing printed yet, or nothing to print. */
export const NOTHING = 0;
/** An event that no process of the model prints in that context. */
export const UNKNOWN = -1;

/**
 * What the steps of a model print, reduced to an alphabet. A sequence of events of one process is a node of a tree
 * whose root is {@link NOTHING}: its number stands for the whole sequence, and its ancestors are what was printed
 * before.
 */
export class Emissions {
  /** Context of each process, as a number. */
  readonly contexts: readonly number[];
  readonly #alphabet: Alphabet;
  readonly #binding: Binding;
  readonly #visible: (name: string) => boolean;
  readonly #texts = new Map<string, string | null>();
  readonly #events: string[] = [];
  readonly #eventNumbers = new Map<string, number>();
  readonly #contextNames: string[] = [];
  readonly #parent: number[] = [NOTHING];
  readonly #last: number[] = [UNKNOWN];
  readonly #depth: number[] = [0];
  readonly #children = new Map<number, number>();
  /** The sequence of a step that always prints the same; null if that depends on the state. */
  readonly #constant: readonly (number | null)[];

  /** `visible` says which names of events the trace can show; the steps print the rest unseen. */
  constructor(model: Model, alphabet: Alphabet, binding: Binding, visible: (name: string) => boolean) {
    this.#alphabet = alphabet;
    this.#binding = binding;
    this.#visible = visible;
    this.contexts = model.processes.map((process) => this.#contextNumber(alphabet.processContext(process)));
    this.#constant = model.steps.map(({ step }) => {
      const emits = step.emits ?? [];
      const texts = emits.flatMap((emission) => (typeof emission === 'string' ? [emission] : []));
      return texts.length < emits.length ? null : this.#sequence(texts);
    });
  }

  /** What a step prints, if that is always the same; null if it depends on the state. */
  constantOf({ id }: CompiledStep): number | null {
    return this.#constant[id] as number | null;
  }

  /** What a step prints that goes from one state to the other. */
  of({ id, step }: CompiledStep, after: State, before: State): number {
    const constant = this.#constant[id] as number | null;
    if (constant !== null) return constant;
    let node = NOTHING;
    for (const emission of step.emits ?? []) {
      node = this.#append(node, typeof emission === 'string' ? emission : emission(after, before));
    }
    return node;
  }

  /** Whether `sequence` begins with, or is, `beginning`. */
  startsWith(sequence: number, beginning: number): boolean {
    const depth = this.#depth[beginning] as number;
    let node = sequence;
    while ((this.#depth[node] as number) > depth) node = this.#parent[node] as number;
    return node === beginning;
  }

  /** The event of `sequence` that comes next behind `beginning`; {@link UNKNOWN} if it does not start so, or ends. */
  next(sequence: number, beginning: number): number {
    let node = sequence;
    if (node === beginning || !this.startsWith(sequence, beginning)) return UNKNOWN;
    while (this.#parent[node] !== beginning) node = this.#parent[node] as number;
    return this.#last[node] as number;
  }

  /** `sequence` and one more event; {@link UNKNOWN} if no step prints that. */
  extend(sequence: number, event: number): number {
    return this.#children.get(sequence * KEY + event) ?? UNKNOWN;
  }

  /** The number of an event, whether any step prints it or not. */
  eventNumber(event: string): number {
    let number = this.#eventNumbers.get(event);
    if (number === undefined) {
      number = this.#events.push(event) - 1;
      this.#eventNumbers.set(event, number);
    }
    return number;
  }

  /** The number of a context; {@link UNKNOWN} if no process runs in it. */
  contextNumber(context: string): number {
    return this.#contextNames.indexOf(context);
  }

  eventName(event: number): string {
    return this.#events[event] ?? '';
  }

  contextName(context: number): string {
    return this.#contextNames[context] ?? '';
  }

  #contextNumber(name: string): number {
    const found = this.#contextNames.indexOf(name);
    return found < 0 ? this.#contextNames.push(name) - 1 : found;
  }

  #sequence(texts: readonly string[]): number {
    let node = NOTHING;
    for (const text of texts) node = this.#append(node, text);
    return node;
  }

  #append(node: number, text: string): number {
    const event = this.#eventOf(text);
    if (event === null) return node;
    const number = this.eventNumber(event);
    const key = node * KEY + number;
    let child = this.#children.get(key);
    if (child === undefined) {
      child = this.#parent.push(node) - 1;
      this.#last.push(number);
      this.#depth.push((this.#depth[node] as number) + 1);
      this.#children.set(key, child);
    }
    return child;
  }

  #eventOf(text: string): string | null {
    let event = this.#texts.get(text);
    if (event === undefined) {
      const space = text.indexOf(' ');
      const name = space < 0 ? text : text.slice(0, space);
      const claim = this.#alphabet.claims[name];
      event =
        claim === undefined || !this.#visible(name)
          ? null
          : eventOf(name, space < 0 ? '' : text.slice(space + 1), claim, this.#binding);
      this.#texts.set(text, event);
    }
    return event;
  }
}

/** More than any trace has different events: those of the trace have numbers too. */
const KEY = 2 ** 26;
