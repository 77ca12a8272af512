import { boolean, count, list, nullable, number, object, oneOf, text } from './guards.ts';
import type { Guard } from './guards.ts';
import type { Phrase } from './phrase.ts';
import type {
  AskedRace,
  Explored,
  FixedRun,
  FoundRun,
  KnownRace,
  PromisedProperty,
  Races,
  RacesProgress,
  ShownRace,
} from './races-state.ts';

const words = text(4_000);
const sentence = list(object<Phrase>({ text: words, strong: boolean }));

/** Whether a value says which run of the explorer is asked for. */
export const isAskedRace: Guard<AskedRace> = object<AskedRace>({
  kind: oneOf('bug', 'found'),
  name: words,
});

/** Whether a value is what the Races tab shows. */
export const isRaces: Guard<Races> = object<Races>({
  path: words,
  promises: list(
    object<PromisedProperty>({
      name: words,
      words,
      source: nullable(words),
      verdict: nullable(oneOf('holds', 'violated', 'unknown')),
    }),
    1_000,
  ),
  bugs: list(
    object<KnownRace>({
      name: words,
      title: words,
      versions: words,
      violates: words,
      source: words,
      link: nullable(words),
      isOn: boolean,
    }),
    1_000,
  ),
  exploring: nullable(words),
  explored: nullable(
    object<Explored>({ sentence, runs: list(object<FoundRun>({ title: words, words }), 1_000) }),
  ),
  problem: nullable(words),
  shown: nullable(
    object<ShownRace>({
      title: words,
      asked: isAskedRace,
      detail: words,
      sentence,
      drawing: count,
      fatalStep: count,
      fixed: nullable(object<FixedRun>({ title: words, sentence, drawing: count, step: count })),
    }),
  ),
});

/** Whether a value says how an exploration stands. */
export const isRacesProgress: Guard<RacesProgress> = object<RacesProgress>({
  states: count,
  transitions: count,
  frontier: count,
  statesPerSecond: number,
  isPaused: boolean,
});
