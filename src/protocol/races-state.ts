import type { Phrase } from './phrase.ts';

/** A property that the path promises. */
export interface PromisedProperty {
  readonly name: string;
  /** The promise in words. */
  readonly words: string;
  /** The interrupt source it is about; null if it is about all. */
  readonly source: string | null;
  /** What the last exploration found; null while there was none. */
  readonly verdict: 'holds' | 'violated' | 'unknown' | null;
}

/** A known bug of the path. */
export interface KnownRace {
  readonly name: string;
  readonly title: string;
  /** Which releases have it, e.g. `Linux 4.7 – 4.10`. */
  readonly versions: string;
  readonly violates: string;
  /** Who says so: a commit, a mail, a function, a trace. */
  readonly source: string;
  /** Address of that source; null if it has none. */
  readonly link: string | null;
  /** Whether the versions that are assumed have it. */
  readonly isOn: boolean;
}

/** A run that was found and can be shown. */
export interface FoundRun {
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly words: string;
}

/** What an exploration of the path as it is assumed found. */
export interface Explored {
  readonly sentence: readonly Phrase[];
  readonly runs: readonly FoundRun[];
}

/** How a run of the explorer is asked for once more. */
export interface AskedRace {
  /** By the name of a known bug, or by its title among the runs that an exploration finds. */
  readonly kind: 'bug' | 'found';
  readonly name: string;
}

/** A run of the explorer, as it is shown: it opens at the step at which it goes wrong. */
export interface ShownRace {
  readonly title: string;
  readonly asked: AskedRace;
  /** What was on, and with which settings. */
  readonly detail: string;
  readonly sentence: readonly Phrase[];
  readonly drawing: number;
  /** The step at which it goes wrong, from 0. */
  readonly fatalStep: number;
  /** The machine without the bug; null if the run is of no known bug. */
  readonly fixed: FixedRun | null;
}

/** The machine without the bug, at the same schedule. */
export interface FixedRun {
  /** What it is called: the release that has the fix, or that none has. */
  readonly title: string;
  /** What its own exploration found, or how far it is. */
  readonly sentence: readonly Phrase[];
  readonly drawing: number;
  /** The step of it that stands at the first turn that differs, from 0. */
  readonly step: number;
}

/** The *Races* tab: what is promised, what was found, and the known bugs of the path. */
export interface Races {
  readonly path: string;
  readonly promises: readonly PromisedProperty[];
  readonly bugs: readonly KnownRace[];
  /** What is being explored, in words; null while nothing is. */
  readonly exploring: string | null;
  readonly explored: Explored | null;
  /** Why there is nothing to show, if something went wrong. */
  readonly problem: string | null;
  readonly shown: ShownRace | null;
}

/** How the exploration that runs stands. */
export interface RacesProgress {
  readonly states: number;
  readonly transitions: number;
  /** States not looked at yet; 0 while endless runs are looked for. */
  readonly frontier: number;
  readonly statesPerSecond: number;
  /** Whether it waits: the limit of states is reached. */
  readonly isPaused: boolean;
}
