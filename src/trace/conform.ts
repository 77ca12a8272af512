import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { readPath } from '../paths/all-paths.ts';
import type { Alphabet, Binding } from '../paths/alphabet.ts';
import { alphabetOf } from '../paths/alphabet-of.ts';
import { activeBugs } from '../paths/bugs.ts';
import type { BugOverrides } from '../paths/bugs.ts';
import type { PathSettings } from '../paths/path.ts';
import type { Conformance } from './conformance.ts';
import { Emissions } from './emissions.ts';
import { Follower } from './follower.ts';
import type { FollowedModel } from './follower.ts';
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
  const prepared = prepareConformance(request);
  if (!prepared.ok) return prepared;
  const { path, notRecorded, model } = prepared.value;
  const follower = new Follower(model);
  for (const event of request.events()) follower.see(event);
  return ok({ path, ...follower.result(), notRecorded });
}

/** What {@link conform} needs to know before it follows a trace. */
export interface PreparedConformance {
  readonly path: string;
  readonly notRecorded: readonly string[];
  readonly model: FollowedModel;
}

/** Looks at a request and what its trace has in it, without following that. The error is a sentence about the request. */
export function prepareConformance(request: ConformanceRequest): Result<PreparedConformance> {
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
  const isVisible = (name: string): boolean => canShow(alphabet, name, names);
  const model = binding.registers.length === 0 ? { ...alphabet.model, registers: [] } : alphabet.model;
  return ok({
    path: request.path,
    notRecorded: Object.keys(alphabet.claims).filter((name) => !isVisible(name)),
    model: {
      wiring: wiring.value,
      alphabet,
      binding,
      emissions: new Emissions(wiring.value.model, alphabet, model, isVisible),
      maxConfigs: request.maxConfigs ?? MAX_CONFIGS,
      lost: new Set(request.incomplete),
    },
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
