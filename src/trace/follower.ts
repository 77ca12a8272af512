import type { Alphabet, Binding } from '../paths/alphabet.ts';
import type { Wiring } from '../paths/wiring.ts';
import { ConfigGraph } from './config-graph.ts';
import type { Conformance } from './conformance.ts';
import type { Emissions } from './emissions.ts';
import { Inclusion } from './inclusion.ts';
import { quietStates } from './quiet-states.ts';
import { Reducer } from './reduce.ts';
import type { ClaimedEvent } from './reduce.ts';
import type { TraceEvent } from './trace-event.ts';

/** What a trace is followed through. */
export interface FollowedModel {
  readonly wiring: Wiring;
  readonly alphabet: Alphabet;
  readonly binding: Binding;
  readonly emissions: Emissions;
  readonly maxConfigs: number;
  /** Names of events that the trace is known to have lost some of. */
  readonly lost: ReadonlySet<string>;
}

/** What {@link Follower.result} knows: all but the names. */
export type Followed = Omit<Conformance, 'path' | 'notRecorded'>;

/** Where a follower stands. */
interface Place {
  readonly inclusion: Inclusion;
  readonly reducer: Reducer;
  readonly ignored: Map<string, number>;
  readonly cycles: CycleCounter;
  verdict: Conformance['verdict'];
  refusal: Conformance['refusal'];
  count: number;
  claimed: number;
  lines: number;
}

/** Follows a trace through the model of a path, one event after the other, from the moment before the first. */
export class Follower {
  readonly #model: FollowedModel;
  readonly #place: Place;

  constructor(model: FollowedModel, place = beginning(model)) {
    this.#model = model;
    this.#place = place;
  }

  see(event: TraceEvent): void {
    const { inclusion, reducer, ignored, cycles } = this.#place;
    const { wiring, lost } = this.#model;
    this.#place.count++;
    this.#place.lines = event.line;
    const known = reducer.reduce(event);
    if (known === null || lost.has(event.name)) {
      ignored.set(event.name, (ignored.get(event.name) ?? 0) + 1);
      return;
    }
    if (this.#place.verdict !== 'included') return;
    cycles.see(known, () => inclusion.some(wiring.isAtRest));
    const answer = inclusion.accept(known.context, known.event);
    if (answer === 'yes') {
      this.#place.claimed++;
      return;
    }
    this.#place.verdict = answer === 'no' ? 'refused' : 'gave up';
    if (answer === 'no') this.#place.refusal = { ...known, possible: inclusion.possible() };
  }

  /** Whether the model can print all that was seen. */
  get isIncluded(): boolean {
    return this.#place.verdict === 'included';
  }

  /** Another that stands where this one stands: for traces that begin alike and go on differently. */
  fork(): Follower {
    const { alphabet, binding } = this.#model;
    const place = this.#place;
    return new Follower(this.#model, {
      ...place,
      inclusion: place.inclusion.fork(),
      reducer: new Reducer(alphabet, binding, place.reducer),
      ignored: new Map(place.ignored),
      cycles: place.cycles.fork(),
    });
  }

  /** What is known of the trace so far. */
  result(): Followed {
    const { inclusion, ignored, cycles, verdict, refusal, count, claimed, lines } = this.#place;
    return {
      lines,
      events: count,
      claimed,
      ignored: [...ignored]
        .map(([name, times]) => ({ name, count: times }))
        .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
      cycles: cycles.count,
      verdict,
      refusal,
      largestSet: inclusion.largest,
      ...inclusion.oneRun(),
    };
  }
}

function beginning({ wiring, alphabet, binding, emissions, maxConfigs }: FollowedModel): Place {
  const inclusion = new Inclusion(new ConfigGraph(wiring.model, emissions), maxConfigs);
  return {
    inclusion,
    reducer: new Reducer(alphabet, binding),
    ignored: new Map(),
    cycles: new CycleCounter(alphabet.beginsCycle ?? isHostInterrupt),
    verdict: inclusion.start(quietStates(wiring.model)) ? 'included' : 'gave up',
    refusal: null,
    count: 0,
    claimed: 0,
    lines: 0,
  };
}

/** Where a device of the host interrupts. */
function isHostInterrupt(event: string): boolean {
  return event.startsWith('irq:irq_handler_entry');
}

/** Counts the interrupts that came when nothing of the last one was left. */
class CycleCounter {
  count = 0;
  #wasAtRest = true;
  readonly #begins: (event: string) => boolean;

  constructor(begins: (event: string) => boolean) {
    this.#begins = begins;
  }

  see({ event }: ClaimedEvent, isAtRest: () => boolean): void {
    if (!this.#begins(event)) {
      if (this.count > 0 && !this.#wasAtRest) this.#wasAtRest = isAtRest();
      return;
    }
    if (this.#wasAtRest) this.count++;
    this.#wasAtRest = false;
  }

  fork(): CycleCounter {
    const other = new CycleCounter(this.#begins);
    other.count = this.count;
    other.#wasAtRest = this.#wasAtRest;
    return other;
  }
}
