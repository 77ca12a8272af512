import type { Exploration } from '../../analysis/exploration.ts';
import { followRun } from '../../analysis/follow-run.ts';
import type { FollowedRun } from '../../analysis/follow-run.ts';
import { withNamesOf } from '../../analysis/names-in-release.ts';
import { OUTCOMES } from '../../analysis/outcomes.ts';
import type { Result } from '../../base/result.ts';
import { findPath } from '../../paths/all-paths.ts';
import { activeBugs } from '../../paths/bugs.ts';
import type { KnownBug } from '../../paths/path.ts';
import type { Phrase } from '../../protocol/panel-state.ts';
import type { AskedRace, FixedRun, Races, RacesProgress, ShownRace } from '../../protocol/races-state.ts';
import type { Drawings } from '../panel/drawings.ts';
import type { Explorer } from '../worker/explorer.ts';
import type { ExplorationOrder, ExplorationStand } from '../worker/messages.ts';
import type { WorkerJob } from '../worker/worker-jobs.ts';
import { bugRequests, fixedTitle } from './bug-request.ts';
import type { BugRequests } from './bug-request.ts';
import { fixedSentence, raceSentence } from './describe-race.ts';
import { describeExploration, reached } from './describe-exploration.ts';
import { describePromises, describeRaces, pathSettings } from './describe-races.ts';
import type { Explorable } from './describe-races.ts';
import { fatalStep, followedRows, leftOut, raceRows } from './race-rows.ts';
import type { FoundRace } from './race-text.ts';

/** A search pauses when it knows this many states, and after each time it goes on when it knows as many more. */
const STATES_BETWEEN_PAUSES = 2_000_000;

/** What the tab needs of the panel and of the host. */
export interface RacesParts {
  readonly explorer: Pick<Explorer, 'explore'>;
  readonly drawings: Pick<Drawings, 'replace'>;
  readonly show: (races: Races | null) => void;
  readonly progress: (progress: RacesProgress) => void;
}

/** The *Races* tab of the panel: what it shows of the present answer, and the explorations that it asks for. */
export class RacesTab {
  readonly #parts: RacesParts;
  #run: Explorable | null = null;
  #races: Races | null = null;
  #found: readonly FoundRace[] = [];
  /** The one that is shown; null while none is. */
  #open: FoundRace | null = null;
  #job: WorkerJob<Exploration> | null = null;
  #pauseAtStates = STATES_BETWEEN_PAUSES;
  /** The latest thing that was asked for; what belongs to an older one is dropped. */
  #turn = 0;

  constructor(parts: RacesParts) {
    this.#parts = parts;
  }

  /** There is another answer, or none. What was found stays if it is about the same machine. */
  begin(run: Explorable | null): void {
    if (run && this.#run && this.#races && keyOf(run) === keyOf(this.#run)) {
      this.#parts.show(this.#races);
      return;
    }
    this.#turn++;
    this.#job?.stop();
    this.#job = null;
    this.#found = [];
    this.#run = run;
    this.#races = run && describeRaces(run);
    this.#parts.drawings.replace('races', []);
    this.#parts.show(this.#races);
  }

  /** Explores the path as it is assumed. */
  async explore(): Promise<void> {
    const run = this.#run;
    if (!run) return;
    const turn = this.#begin('all interleavings of the path');
    const started = performance.now();
    const order = { path: run.path, settings: pathSettings(run), facts: run.facts, bugs: run.bugs };
    const result = await this.#search({ ...order, reach: Object.keys(OUTCOMES) });
    if (turn !== this.#turn) return;
    if (!result.ok) {
      this.#change({ exploring: null, problem: result.error });
      return;
    }
    this.#found = foundRuns(result.value, order);
    this.#change({
      exploring: null,
      promises: describePromises(result.value.properties),
      explored: describeExploration(result.value, (performance.now() - started) / 1000),
    });
  }

  /** Looks for a run that shows a known bug and shows it, beside the machine without the bug. */
  async showBug(name: string): Promise<void> {
    const run = this.#run;
    const bug = run && findPath(run.path)?.info.bugs.find((one) => one.name === name);
    if (!bug) return;
    const turn = this.#begin(`a run that shows ${name}`);
    let problem: string | null = null;
    for (const requests of bugRequests(run, bug)) {
      const result = await this.#search(requests.withBug);
      if (turn !== this.#turn) return;
      const found = result.ok
        ? foundRuns(result.value, requests.withBug).find(({ shows }) => shows?.property === bug.violates)
        : null;
      if (found) {
        await this.#showBeside(bug, requests, found, turn);
        return;
      }
      problem = whyNotFound(bug, result);
      if (result.ok && !result.value.complete) break;
    }
    this.#change({ exploring: null, problem });
  }

  /** Shows a run that the last exploration found. */
  showRun(index: number): void {
    const found = this.#found[index];
    if (!found || this.#races?.exploring) return;
    const [drawing = 0] = this.#parts.drawings.replace('races', [raceRows(found.run, found.shows, null)]);
    this.#open = found;
    const asked = { kind: 'found', name: found.title } as const;
    this.#change({ shown: shownRace(found, asked, drawing, '', null), problem: null });
  }

  /** Shows a run that was shown before a reload; if it was none of a known bug, the path is explored once more. */
  async showAgain({ kind, name }: AskedRace): Promise<void> {
    if (kind === 'bug') {
      await this.showBug(name);
      return;
    }
    await this.explore();
    this.showRun(this.#found.findIndex(({ title }) => title === name));
  }

  /** The run that is shown, to be taken elsewhere; undefined while none is. */
  get open(): FoundRace | undefined {
    return this.#races?.shown ? (this.#open ?? undefined) : undefined;
  }

  /** Back to what is promised and known. */
  close(): void {
    if (!this.#races?.shown) return;
    if (this.#races.exploring !== null) this.stop();
    this.#turn++;
    this.#change({ shown: null, exploring: null });
  }

  /** Ends the search that runs, with what was found by then. */
  stop(): void {
    this.#job?.stop();
  }

  /** Goes on after a pause. */
  goOn(): void {
    this.#pauseAtStates += STATES_BETWEEN_PAUSES;
    this.#job?.goOn(this.#pauseAtStates);
  }

  async #showBeside(
    bug: KnownBug,
    { fixed, needs }: BugRequests,
    found: FoundRace,
    turn: number,
  ): Promise<void> {
    const followed = follow(fixed, found);
    const rows = raceRows(found.run, found.shows, followed);
    const other = followed && followedRows(found.run, followed);
    const [drawing = 0, second = 0] = this.#parts.drawings.replace('races', [
      rows,
      ...(other ? [other.drawn] : []),
    ]);
    const detail = [`Only ${bug.name} is on`, ...(needs === '' ? [] : [`with ${needs}`])].join(', ');
    this.#open = { ...found, title: `${bug.name}: ${bug.title}` };
    const asked = { kind: 'bug', name: bug.name } as const;
    const show = (exploring: string | null, sentence: readonly Phrase[]): void => {
      const beside: FixedRun | null = other && {
        title: fixedTitle(bug),
        sentence: other.words === '' ? sentence : [...sentence, { text: ` ${other.words}`, strong: false }],
        drawing: second,
        step: other.step,
      };
      this.#change({
        exploring,
        problem: null,
        shown: shownRace({ ...found, title: bug.title }, asked, drawing, detail, beside),
      });
    };
    show('violations without the bug', [{ text: 'Being explored …', strong: false }]);
    const result = await this.#search(fixed);
    if (turn !== this.#turn) return;
    show(
      null,
      result.ok ? fixedSentence(result.value, bug.violates) : [{ text: result.error, strong: false }],
    );
  }

  /** Something new is asked for: says so, and what was shown before goes. */
  #begin(exploring: string): number {
    this.#change({ exploring, problem: null, shown: null });
    return ++this.#turn;
  }

  #search(request: ExplorationOrder): Promise<Result<Exploration>> {
    this.#pauseAtStates = STATES_BETWEEN_PAUSES;
    const started = performance.now();
    this.#job = this.#parts.explorer.explore(request, {
      pauseAtStates: this.#pauseAtStates,
      progress: (stand) => {
        this.#parts.progress(describeProgress(stand, (performance.now() - started) / 1000));
      },
    });
    return this.#job.result;
  }

  #change(part: Partial<Races>): void {
    if (!this.#races) return;
    this.#races = { ...this.#races, ...part };
    this.#parts.show(this.#races);
  }
}

function keyOf({ path, settings, facts, bugs }: Explorable): string {
  return JSON.stringify([path, settings, facts, bugs]);
}

function foundRuns(exploration: Exploration, order: ExplorationOrder): FoundRace[] {
  return [
    ...exploration.violations.map(({ property, source, ...run }) => ({
      title: source === null ? property : `${property} · ${source}`,
      run,
      shows: { property, source },
      order,
    })),
    ...reached(exploration).map((run) => ({
      title: OUTCOMES[run.outcome]?.title ?? run.outcome,
      run,
      shows: null,
      order,
    })),
  ];
}

function shownRace(
  { title, run, shows }: FoundRace,
  asked: AskedRace,
  drawing: number,
  detail: string,
  fixed: FixedRun | null,
): ShownRace {
  return {
    title,
    asked,
    detail,
    sentence: raceSentence(run, shows, title),
    drawing,
    fatalStep: Math.max(0, fatalStep(run) - leftOut(run)),
    fixed,
  };
}

function follow(
  { path, settings = {}, facts, bugs = {} }: ExplorationOrder,
  { run, shows }: FoundRace,
): FollowedRun | null {
  const module = findPath(path);
  const on = module && activeBugs(module.info.bugs, facts, bugs);
  const wiring = on?.ok ? module?.wire(settings, facts, on.value) : undefined;
  if (!wiring?.ok) return null;
  const { model, sources } = wiring.value;
  const source = sources.find(({ name }) => name === shows?.source) ?? sources[0];
  const followed = followRun(model, [...run.prefix, ...run.cycle], source?.asserted);
  return { ...followed, steps: withNamesOf(followed.steps, facts.host.qemu) };
}

function whyNotFound({ name, violates }: KnownBug, result: Result<Exploration>): string {
  if (!result.ok) return result.error;
  const { complete } = result.value;
  return complete
    ? `${name} does not show with these settings and facts: ${violates} holds.`
    : `No run that shows ${name} was found in what was looked at.`;
}

function describeProgress(
  { states, transitions, frontier, isPaused }: ExplorationStand,
  seconds: number,
): RacesProgress {
  const statesPerSecond = seconds > 0 ? Math.round(states / seconds) : 0;
  return { states, transitions, frontier, statesPerSecond, isPaused };
}
