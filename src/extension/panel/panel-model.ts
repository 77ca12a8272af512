import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { rowsOfShape } from '../../analysis/rows-of-shape.ts';
import type { Simulation, StepRow } from '../../analysis/simulation.ts';
import type { CodePlace } from '../../catalog/code-places.ts';
import type { Intent } from '../../protocol/messages.ts';
import type { Found, Page, PageRequest, Search } from '../../protocol/page.ts';
import type { Look, Note, PanelState, Phrase, Subject, Tab, Trouble } from '../../protocol/panel-state.ts';
import type { Races } from '../../protocol/races-state.ts';
import type { SideBySide } from '../../protocol/side-by-side.ts';
import type { TimedShape } from '../../protocol/timing.ts';
import { stepsOfFunction } from '../c-sources/function-steps.ts';
import { describeAnswer } from './answer.ts';
import { Drawings } from './drawings.ts';
import { ComparedRuns } from './compared-runs.ts';
import type { FinishedComparison, FinishedOffer, FinishedRun, ShownRun } from './finished.ts';
import { timedShape } from './timed-shape.ts';

/** Where a panel begins: at a shape and a step of it. */
export interface Place {
  readonly shape: number;
  readonly step: number;
}

/** How many interrupts a run has while nobody has chosen another number. */
export const USUAL_INTERRUPTS = 100;

const NOTHING: PanelState = {
  rev: 0,
  subject: null,
  busy: false,
  follow: true,
  whatIf: [],
  moved: [],
  assumptions: [],
  notes: [],
  interrupts: USUAL_INTERRUPTS,
  shape: 0,
  step: 0,
  tab: 'path',
  view: 'sequence',
  detail: 'overview',
  folds: true,
  hidden: [],
  section: 'step',
  answer: null,
  comparison: null,
  offers: [],
  trouble: null,
  races: null,
};

/** What a state without any kind of answer has; each kind adds its own. */
const NO_ANSWER = {
  busy: false,
  answer: null,
  comparison: null,
  offers: [],
  trouble: null,
  assumptions: [],
  notes: [],
  whatIf: [],
  moved: [],
} as const;

/** The state of the panel and the run behind it. Every change counts `rev` up and is told to one listener. */
export class PanelModel {
  readonly #changed: (state: PanelState) => void;
  #state: PanelState = NOTHING;
  #run: FinishedRun | null = null;
  #runNumber = 0;
  /** All that the panel can ask for; each tab has its own. */
  readonly drawings = new Drawings();
  readonly #compared = new ComparedRuns();
  /** What the present answer, or why there is none, is about; null while nothing has been answered. */
  #settled: Pick<PanelState, 'subject' | 'interrupts'> | null = null;
  /** The state with which the present run began: who chose before has not seen it. */
  #runRev = 0;

  constructor(changed: (state: PanelState) => void) {
    this.#changed = changed;
  }

  get state(): PanelState {
    return this.#state;
  }

  /** A question was asked; the answer before it stays in sight until the new one is there. */
  begin(subject: Subject): void {
    this.#change({ subject, tab: tabFor(subject, this.#state), busy: true });
  }

  setFollow(follow: boolean): void {
    this.#change({ follow });
  }

  /** The user looks elsewhere, or did so before a reload. */
  setLook({ tab, view, detail, folds, hidden, section }: Look): void {
    this.#change({ tab, view, detail, folds, hidden, section });
  }

  /** Runs that are asked for from now on have so many interrupts. */
  setInterrupts(interrupts: number): void {
    this.#change({ interrupts });
  }

  setRaces(races: Races | null): void {
    this.#change({ races });
  }

  /** `moved` says what a change of the assumptions did to the answer. */
  finish(run: FinishedRun, place: Place = { shape: 0, step: 0 }, moved: readonly Phrase[] = []): void {
    this.#run = run;
    this.#runNumber++;
    const { assumptions, notes, whatIf } = run;
    const { simulation } = run;
    const shapes = simulation.shapes.map(
      (_, shape) => ({ isTimed: true, rows: rowsOfShape(run.simulation, shape) }) as const,
    );
    const drawings = this.drawings.replace('path', shapes);
    const answer = describeAnswer(this.#runNumber, drawings, run);
    const steps = answer.shapes[place.shape]?.steps ?? 0;
    const found = place.step < steps ? place : { shape: 0, step: 0 };
    this.#compared.offer(run.offers ?? [], true);
    const offers = this.#compared.offers();
    this.#change({ ...NO_ANSWER, answer, assumptions, notes, whatIf, moved, offers, ...found });
    this.#settle();
  }

  /** What was asked last is not to be answered: what was in sight before stays. */
  cancel(nothing: Trouble): void {
    if (!this.#settled) {
      this.fail(nothing);
      return;
    }
    const { subject, interrupts } = this.#settled;
    const tab = tabFor(subject, this.#state);
    this.#change({ subject, interrupts, tab, busy: false });
  }

  /** Several runs instead of one. */
  finishComparison(finished: FinishedComparison): void {
    this.#run = null;
    this.drawings.replace('path', []);
    const comparison = this.#compared.finish(finished);
    const { assumptions } = finished;
    this.#change({ ...NO_ANSWER, comparison, assumptions, shape: 0, step: 0 });
    this.#settle();
  }

  /** There is no answer, and this is why. */
  fail(trouble: Trouble, notes: readonly Note[] = [], offers: readonly FinishedOffer[] = []): void {
    this.#run = null;
    this.drawings.replace('path', []);
    this.#compared.offer(offers, false);
    this.#change({ ...NO_ANSWER, notes, trouble, offers: this.#compared.offers() });
    this.#settle();
  }

  /**
   * Does what the user asked for, if it can be done in the state as it is now. A choice in a run that has been
   * replaced meanwhile changes nothing. Commands, assumptions, races and code are not for here.
   */
  apply(intent: Intent): Result<PanelState> {
    const chooses = intent.kind === 'selectShape' || intent.kind === 'selectStep';
    if (chooses && intent.rev < this.#runRev) return ok(this.#state);
    switch (intent.kind) {
      case 'selectShape':
        if (!this.#state.answer?.shapes[intent.shape]) return fail('there is no such shape in this run');
        this.#change({ shape: intent.shape, step: 0 });
        return ok(this.#state);
      case 'selectStep': {
        const steps = this.#state.answer?.shapes[this.#state.shape]?.steps ?? 0;
        if (intent.step >= steps) return fail('there is no such step in this shape');
        this.#change({ step: intent.step });
        return ok(this.#state);
      }
      case 'look':
        this.setLook(intent.look);
        return ok(this.#state);
      case 'setInterrupts':
        this.setInterrupts(intent.interrupts);
        return ok(this.#state);
      case 'openColumn':
      case 'takeOffer':
      case 'showBug':
      case 'showRun':
      case 'changeAssumption':
      case 'openCode':
      case 'command':
        return ok(this.#state);
    }
  }

  /** Rows and their diagram, by the number that the state gives them; an error if others replaced them. */
  page(request: PageRequest): Result<Page> {
    const pages = this.drawings.pages(request.drawing);
    return pages.ok ? ok(pages.value.page(request)) : pages;
  }

  /** A shape in time; an error if the run has been replaced or has no such shape. */
  timing(run: number, shape: number): Result<TimedShape> {
    const simulation = this.simulation(run);
    if (!simulation.ok) return simulation;
    const timed = simulation.value.shapes[shape];
    if (!timed) return fail('there is no such shape in this run');
    return ok(timedShape(run, shape, rowsOfShape(simulation.value, shape), timed.takenStep));
  }

  /** The run of that number; an error if it has been replaced. */
  simulation(run: number): Result<Simulation> {
    if (!this.#run || run !== this.#state.answer?.run) {
      return fail('a newer run has replaced the one that was asked for');
    }
    return ok(this.#run.simulation);
  }

  /** Where a text stands in rows; an error as for `page`. */
  search(wanted: Search): Result<Found> {
    const pages = this.drawings.pages(wanted.drawing);
    return pages.ok ? ok(pages.value.search(wanted)) : pages;
  }

  /** The current step; undefined while there is none. */
  get step(): StepRow | undefined {
    const { answer, shape, step } = this.#state;
    return answer && this.#run ? rowsOfShape(this.#run.simulation, shape)[step] : undefined;
  }

  /** Goes to the first step that is part of a function, if the run has one, and makes sure that it is in sight. */
  goTo(place: CodePlace): void {
    const found = this.#run && stepsOfFunction(this.#run.simulation, place);
    const step = found?.positions[0];
    if (!found || step === undefined) return;
    const hidden = this.#state.hidden.filter((party) => party !== found.rows[step]?.party);
    this.#change({ shape: found.shape, step, tab: 'path', section: 'step', detail: 'all', hidden });
  }

  /** The question that a choice in the *Compare* tab, or one beside a trouble, stands for; undefined if there is none. */
  asked(intent: Intent): Subject | undefined {
    if (intent.rev < this.#runRev) return undefined;
    if (intent.kind === 'openColumn') return this.#compared.column(intent.column);
    return intent.kind === 'takeOffer' ? this.#compared.offered(intent.offer) : undefined;
  }

  /** The comparison that is shown, drawn with those shapes; an error if another one has replaced it. */
  sideBySide(comparison: number, shapes: readonly number[]): Result<SideBySide> {
    return this.#compared.draw(comparison, shapes);
  }

  /** The run, its rows and the picture that are shown; undefined while there is none. */
  shown(): ShownRun | undefined {
    const { answer, shape, step, detail, folds, hidden } = this.#state;
    const drawing = answer?.shapes[shape]?.drawing;
    const run = this.#run;
    if (drawing === undefined || !run) return undefined;
    const page = this.page({ drawing, reading: { detail, folds, hidden, opened: [] }, step });
    if (!page.ok) return undefined;
    return { run, shape, step, rows: rowsOfShape(run.simulation, shape), mermaid: page.value.mermaid };
  }

  /** There is another answer, or none, from now on. */
  #settle(): void {
    const { rev, subject, interrupts } = this.#state;
    this.#runRev = rev;
    this.#settled = { subject, interrupts };
  }

  #change(part: Partial<PanelState>): void {
    this.#state = { ...this.#state, ...part, rev: this.#state.rev + 1 };
    this.#changed(this.#state);
  }
}

/** Where a subject is answered: a comparison in its tab, the rest where the user looks, but not there. */
function tabFor(subject: Subject | null, { subject: present, tab }: PanelState): Tab {
  if (subject?.kind === 'comparison') return 'compare';
  return present?.kind === 'comparison' ? 'path' : tab;
}
