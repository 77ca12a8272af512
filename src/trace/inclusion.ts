import type { State } from '../engine/state.ts';
import { ConfigGraph, PRINTING_WORDS, SILENT_WORDS } from './config-graph.ts';
import { ConfigSet } from './config-set.ts';
import { Coverage } from './coverage.ts';
import type { UsedEdge } from './coverage.ts';

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

/** Configurations that are remembered before a trace goes on with a new graph: 200 to 300 bytes each. */
const MAX_REMEMBERED = 2_000_000;

/**
 * Follows a trace through all the ways in which the model can print it. A step prints its events while its cost is
 * being paid, in their order, and others may print in between; when all are printed it takes effect, at any time
 * before its process goes on. Steps that print nothing happen whenever they can; those of them that are local happen at
 * once, as it does not matter when.
 */
export class Inclusion {
  /** The largest number of configurations that there were at once. */
  largest = 0;
  readonly #maxConfigs: number;
  readonly #coverage: Coverage;
  #graph: ConfigGraph;
  #now: ConfigSet;
  #next: ConfigSet;

  constructor(graph: ConfigGraph, maxConfigs: number, coverage = new Coverage(graph.model)) {
    this.#graph = graph;
    this.#maxConfigs = maxConfigs;
    this.#coverage = coverage;
    this.#now = new ConfigSet(coverage.words);
    this.#next = new ConfigSet(coverage.words);
  }

  /** Starts in these states, with nothing printed and no step taken. False if the bound on configurations is hit. */
  start(states: Iterable<State>): boolean {
    this.#now.clear();
    this.#graph.startRound();
    for (const state of states) {
      const config = this.#graph.unprinted(state);
      if (this.#graph.isFirst(config)) this.#now.addFirst(config);
    }
    return this.#close();
  }

  /** Another that stands where this one stands. */
  fork(): Inclusion {
    const other = new Inclusion(this.#graph, this.#maxConfigs, this.#coverage);
    other.largest = this.largest;
    other.#now = this.#now.copy();
    return other;
  }

  /** Follows one event. `no`: the model cannot print it now; the configurations stay as they were before it. */
  accept(context: string, event: string): 'yes' | 'no' | 'too many' {
    if (this.#graph.size > MAX_REMEMBERED) this.#forget();
    const graph = this.#graph;
    const contextNumber = graph.emissions.contextNumber(context);
    const number = graph.emissions.eventNumber(event);
    graph.startRound();
    this.#next.clear();
    for (let index = 0; index < this.#now.size; index++) {
      const printings = graph.printings(this.#now.at(index));
      const end = printings + graph.word(printings) * PRINTING_WORDS;
      for (let at = printings + 1; at < end; at += PRINTING_WORDS) {
        if (graph.word(at) !== contextNumber || graph.word(at + 1) !== number) continue;
        const printed = graph.word(at + 2);
        if (graph.isFirst(printed)) this.#next.addAs(printed, this.#now, index);
      }
    }
    if (this.#next.size === 0) return 'no';
    [this.#now, this.#next] = [this.#next, this.#now];
    return this.#close() ? 'yes' : 'too many';
  }

  /** All that the model could print now. */
  possible(): PossibleEvent[] {
    const graph = this.#graph;
    const { emissions } = graph;
    const found = new Map<string, PossibleEvent>();
    for (let index = 0; index < this.#now.size; index++) {
      const printings = graph.printings(this.#now.at(index));
      const end = printings + graph.word(printings) * PRINTING_WORDS;
      for (let at = printings + 1; at < end; at += PRINTING_WORDS) {
        const context = emissions.contextName(graph.word(at));
        const event = emissions.eventName(graph.word(at + 1));
        found.set(`${context}: ${event}`, { event, context });
      }
    }
    return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, possible]) => possible);
  }

  /** Whether the model can be in a state for which `test` holds. */
  some(test: (s: State) => boolean): boolean {
    for (let index = 0; index < this.#now.size; index++) {
      if (test(this.#graph.stateOf(this.#now.at(index)))) return true;
    }
    return false;
  }

  /** The steps of one run that prints all that was accepted. */
  oneRun(): TakenSteps {
    const coverage = this.#coverage;
    const taken = this.#now.bitsAt(0);
    return { used: coverage.used(taken), unused: coverage.unused(taken), edges: coverage.edges(taken) };
  }

  /** Lets every step take effect that has printed all it prints; most print nothing. */
  #close(): boolean {
    const now = this.#now;
    const graph = this.#graph;
    for (let index = 0; index < now.size; index++) {
      if (index > this.#maxConfigs) return false;
      const ways = graph.silentWays(now.at(index));
      const end = ways + graph.word(ways) * SILENT_WORDS;
      for (let at = ways + 1; at < end; at += SILENT_WORDS) {
        const config = graph.word(at);
        if (!graph.isFirst(config)) continue;
        now.addAs(config, now, index);
        now.markLast(this.#coverage.bitOf(graph.word(at + 1), graph.word(at + 2)));
      }
    }
    this.largest = Math.max(this.largest, now.size);
    return true;
  }

  /** Goes on with a graph that has nothing but where the trace stands. */
  #forget(): void {
    const old = this.#graph;
    const graph = new ConfigGraph(old.model, old.emissions);
    this.#graph = graph;
    this.#now = this.#now.copy((config) => graph.adopt(old, config));
  }
}
