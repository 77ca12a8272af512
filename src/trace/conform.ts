import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { readPath } from '../paths/all-paths.ts';
import type { Alphabet, Binding } from '../paths/alphabet.ts';
import { alphabetOf } from '../paths/alphabet-of.ts';
import { activeBugs } from '../paths/bugs.ts';
import type { BugOverrides } from '../paths/bugs.ts';
import type { PathSettings } from '../paths/path.ts';
import type { Wiring } from '../paths/wiring.ts';
import type { Conformance } from './conformance.ts';
import { Emissions } from './emissions.ts';
import { Inclusion } from './inclusion.ts';
import { reducer } from './reduce.ts';
import type { ClaimedEvent } from './reduce.ts';
import { quietStates } from './quiet-states.ts';
import type { TraceEvent } from './trace-event.ts';

/** A trace and what it is held against. */
export interface ConformanceRequest {
  readonly path: string;
  /** Of the host that was traced. `surroundings` is `real` unless it says otherwise. */
  readonly settings?: PathSettings;
  readonly facts: Facts;
  readonly bugs?: BugOverrides;
  /** Every event in its order; asked for twice, first to see what there is. */
  readonly events: () => Iterable<TraceEvent>;
  /** Numbers of the device in the trace; found in the trace if left out. */
  readonly binding?: Binding;
  /** Names of events that the trace has, but is known to have lost some of: taken as not recorded. */
  readonly incomplete?: readonly string[];
  readonly maxConfigs?: number;
}

const MAX_CONFIGS = 200_000;

/**
 * Holds a trace against the model of a path. The trace begins when the guest is up and nothing of the device is in
 * flight, and is followed as one run from there to its end. The error is a sentence about the request.
 */
export function conform(request: ConformanceRequest): Result<Conformance> {
  const found = readPath(request.path);
  if (!found.ok) return found;
  const module = found.value;
  const alphabet = alphabetOf(module, request.settings ?? {});
  if (alphabet === undefined) return fail(`${request.path} does not say what it knows of traces`);
  const bugs = activeBugs(module.info.bugs, request.facts, request.bugs ?? {});
  if (!bugs.ok) return bugs;
  const settings = { surroundings: 'real', ...request.settings };
  const wiring = module.wire(settings, request.facts, bugs.value);
  if (!wiring.ok) return wiring;
  const binding = request.binding ?? alphabet.findBinding(request.events());
  const names = new Set<string>();
  for (const { name } of request.events()) names.add(name);
  for (const name of request.incomplete ?? []) names.delete(name);
  const lost = new Set(request.incomplete);
  const isVisible = (name: string): boolean => canShow(alphabet, name, names);
  const model = binding.registers.length === 0 ? { ...alphabet.model, registers: [] } : alphabet.model;
  const emissions = new Emissions(wiring.value.model, alphabet, model, isVisible);
  return ok({
    path: request.path,
    ...follow(request, alphabet, binding, wiring.value, emissions, lost),
    notRecorded: Object.keys(alphabet.claims).filter((name) => !isVisible(name)),
  });
}

/** Whether a trace with these names of events can show an event of that name. */
function canShow(alphabet: Alphabet, name: string, names: ReadonlySet<string>): boolean {
  const claim = alphabet.claims[name];
  if (claim === undefined) return false;
  const { needs, follows } = claim;
  if (needs !== undefined) return needs.some((other) => names.has(other));
  if (!names.has(name)) return false;
  return (
    follows === undefined ||
    follows === 'any' ||
    follows.some((other) => (other in alphabet.claims ? canShow(alphabet, other, names) : names.has(other)))
  );
}

function follow(
  { events, maxConfigs }: ConformanceRequest,
  alphabet: Alphabet,
  binding: Binding,
  { model, isAtRest }: Wiring,
  emissions: Emissions,
  lost: ReadonlySet<string>,
): Omit<Conformance, 'path' | 'notRecorded'> {
  const inclusion = new Inclusion(model, emissions, maxConfigs ?? MAX_CONFIGS);
  const reduce = reducer(alphabet, binding);
  const ignored = new Map<string, number>();
  const cycles = new CycleCounter(alphabet.beginsCycle ?? isHostInterrupt);
  let verdict: Conformance['verdict'] = inclusion.start(quietStates(model)) ? 'included' : 'gave up';
  let refusal: Conformance['refusal'] = null;
  let count = 0;
  let claimed = 0;
  let lines = 0;
  for (const event of events()) {
    count++;
    lines = event.line;
    const known = reduce(event);
    if (known === null || lost.has(event.name)) {
      ignored.set(event.name, (ignored.get(event.name) ?? 0) + 1);
      continue;
    }
    if (verdict !== 'included') continue;
    cycles.see(known, () => inclusion.some(isAtRest));
    const answer = inclusion.accept(known.context, known.event);
    if (answer === 'yes') {
      claimed++;
      continue;
    }
    verdict = answer === 'no' ? 'refused' : 'gave up';
    if (answer === 'no') refusal = { ...known, possible: inclusion.possible() };
  }
  inclusion.cover();
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
    used: inclusion.coverage.used(),
    unused: inclusion.coverage.unused(),
    edges: inclusion.coverage.edges(),
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
}
