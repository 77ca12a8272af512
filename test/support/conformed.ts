import { expect } from 'vitest';
import { prepareConformance } from '../../src/trace/conform.ts';
import type { ConformanceRequest } from '../../src/trace/conform.ts';
import type { Conformance } from '../../src/trace/conformance.ts';
import { Follower } from '../../src/trace/follower.ts';
import { unwrap } from './unwrap.ts';

/**
 * Events before the first place from which a later trace can go on; each further place is twice as far. Most traces
 * are spoilt near their beginning, and what is kept of a place can be tens of megabytes.
 */
const FIRST_PLACE = 16;

/** What traces begin with that were followed, and by the text of the events that came next, how they went on. */
interface Beginning {
  readonly follower: Follower;
  readonly next: Map<string, Beginning>;
}

/** By all that is asked but the events. */
const beginnings = new Map<string, Beginning>();
/** The test file that they are of: the next one holds other traces, and a worker does not keep those of all. */
let testFile: string | undefined;

/**
 * Holds a trace against a model, as `conform` does. What it begins with like a trace that was held against the same
 * before, in the same test file, is not followed again: most tests spoil one trace, in one place after the other.
 */
export function conformed(request: ConformanceRequest): Conformance {
  const { testPath } = expect.getState();
  if (testPath !== testFile) beginnings.clear();
  testFile = testPath;
  const { path, notRecorded, model } = unwrap(prepareConformance(request));
  const { settings, facts, bugs, incomplete, maxConfigs } = request;
  const asked = [path, settings, facts, bugs, incomplete, maxConfigs, model.binding, notRecorded];
  const start = JSON.stringify(asked);
  let last = beginnings.get(start);
  if (last === undefined) {
    last = { follower: new Follower(model), next: new Map() };
    beginnings.set(start, last);
  }
  const events = [...request.events()];
  let at = 0;
  while (at < events.length && last.follower.isIncluded) {
    const end = at === 0 ? FIRST_PLACE : 2 * at;
    const block = events.slice(at, end);
    const text = JSON.stringify(block);
    let after: Beginning | undefined = last.next.get(text);
    if (after === undefined) {
      after = { follower: last.follower.fork(), next: new Map() };
      for (const event of block) after.follower.see(event);
      // Nothing begins like a trace that is refused.
      if (after.follower.isIncluded) last.next.set(text, after);
    }
    last = after;
    at = end;
  }
  for (const event of events.slice(at)) last.follower.see(event);
  return { path, ...last.follower.result(), notRecorded };
}
