import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Endpoint } from '../protocol/endpoint.ts';
import type { Reading } from '../diagram/outline.ts';
import {
  getPage,
  intent as intentType,
  racesProgress,
  ready,
  search,
  state as stateType,
} from '../protocol/messages.ts';
import type { Intent } from '../protocol/messages.ts';
import type { Found, Page, PageRequest } from '../protocol/page.ts';
import type { Look, PanelCommand, PanelState } from '../protocol/panel-state.ts';
import type { RacesProgress } from '../protocol/races-state.ts';
import { runProgress } from '../protocol/run-progress.ts';
import type { RunProgress } from '../protocol/run-progress.ts';
import { getSideBySide } from '../protocol/side-by-side.ts';
import type { SideBySide } from '../protocol/side-by-side.ts';
import { PageLoader } from './page-loader.ts';
import { stepsAway } from './page-rows.ts';
import { keepSameParts } from './same-parts.ts';

/** What the views draw from. */
export interface View {
  readonly state: PanelState;
  /** Rows of the shape that is shown; null until they have come. Until another page is there, the one before it. */
  readonly page: Page | null;
  /** Positions of the repeats that the user has opened. */
  readonly opened: readonly number[];
  /** Why there are no rows, if something went wrong on the way. */
  readonly pageProblem: string | null;
}

/** What the views of a diagram are given: the panel's own store, or that of another diagram. */
export type DrawingSource = Pick<
  PanelStore,
  'subscribe' | 'selectStep' | 'move' | 'moveToEnd' | 'toggleRepeat'
>;

/** Is told of every change; `before` is null the first time. */
export type Listener = (view: View, before: View | null) => void;

/**
 * What the extension sent, and the way to ask for changes. A choice of the user shows at once; the extension's
 * word replaces it when nothing that he did is still on its way.
 */
export class PanelStore {
  readonly #endpoint: Endpoint;
  readonly #listeners: Listener[] = [];
  #view: View | null = null;
  #underWay = 0;
  readonly #loader: PageLoader;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    this.#loader = new PageLoader((wanted) => this.page(wanted));
    endpoint.onNotification(stateType, (state) => {
      this.#accept(state);
    });
  }

  /** Asks for the first state. */
  async start(): Promise<void> {
    const answer = await this.#endpoint.request(ready, {});
    if (answer.ok) this.#accept(answer.value);
  }

  subscribe(listener: Listener): void {
    this.#listeners.push(listener);
    if (this.#view) listener(this.#view, null);
  }

  selectStep(step: number): void {
    const view = this.#view;
    if (!view?.page || view.state.step === step) return;
    if (step < 0 || step >= view.page.steps) return;
    this.#show({ ...view, state: { ...view.state, step } });
    void this.#ask({ kind: 'selectStep', rev: view.state.rev, step });
  }

  /** Goes on by so many of the rows that are shown, back if negative, to the next page too; stops at both ends. */
  move(by: number): void {
    const { state, page } = this.#view ?? {};
    if (state && page) this.selectStep(stepsAway(page, state.step, by));
  }

  /** Goes to the first or the last step. */
  moveToEnd(end: 'first' | 'last'): void {
    const steps = this.#view?.page?.steps ?? 0;
    this.selectStep(end === 'first' ? 0 : steps - 1);
  }

  /** Shows a repeat unfolded, or folded again. */
  toggleRepeat(position: number): void {
    const view = this.#view;
    if (!view) return;
    const others = view.opened.filter((one) => one !== position);
    const isOpen = others.length < view.opened.length;
    this.#show({ ...view, opened: isOpen ? others : [...others, position] });
  }

  /** Where a text stands in the shape that is shown. */
  async search(text: string): Promise<Result<Found>> {
    const view = this.#view;
    const drawing = view && drawingOf(view.state);
    if (!view || drawing === undefined) return ok({ steps: [], shown: 0, inAll: 0 });
    return await this.#endpoint.request(search, { drawing, reading: readingOf(view), text });
  }

  /** Asks for rows, by the number that the state gives them. */
  page(wanted: PageRequest): Promise<Result<Page>> {
    return this.#endpoint.request(getPage, wanted);
  }

  setInterrupts(interrupts: number): void {
    const view = this.#view;
    if (!view || view.state.interrupts === interrupts) return;
    void this.#ask({ kind: 'setInterrupts', rev: view.state.rev, interrupts });
  }

  selectShape(shape: number): void {
    const view = this.#view;
    if (!view || view.state.shape === shape) return;
    this.#show({ ...view, state: { ...view.state, shape, step: 0 } });
    void this.#ask({ kind: 'selectShape', rev: view.state.rev, shape });
  }

  /** Looks elsewhere; what is not named stays. */
  look(part: Partial<Look>): void {
    const view = this.#view;
    if (!view) return;
    const before = lookOf(view.state);
    const look = { ...before, ...part };
    if (JSON.stringify(look) === JSON.stringify(before)) return;
    this.#show({ ...view, state: { ...view.state, ...look } });
    void this.#ask({ kind: 'look', rev: view.state.rev, look });
  }

  /** Shows one of the runs that are compared by itself. */
  openColumn(column: number): void {
    if (this.#view) void this.#ask({ kind: 'openColumn', rev: this.#view.state.rev, column });
  }

  /** Takes one of the offers of the state, by its place in the list. */
  takeOffer(offer: number): void {
    if (this.#view) void this.#ask({ kind: 'takeOffer', rev: this.#view.state.rev, offer });
  }

  /** Asks for a comparison's drawing with these shapes of its runs. */
  sideBySide(comparison: number, shapes: readonly number[]): Promise<Result<SideBySide>> {
    return this.#endpoint.request(getSideBySide, { comparison, shapes });
  }

  command(command: PanelCommand): void {
    if (this.#view) void this.#ask({ kind: 'command', rev: this.#view.state.rev, command });
  }

  /** Asks for another value of a fact that the answer assumes. */
  changeAssumption(fact: string): void {
    if (this.#view) void this.#ask({ kind: 'changeAssumption', rev: this.#view.state.rev, fact });
  }

  /** Asks for the code that a step's `at` names. */
  openCode(at: string): void {
    if (this.#view) void this.#ask({ kind: 'openCode', rev: this.#view.state.rev, at });
  }

  /** Asks for a run that shows a known bug of the path. */
  showBug(bug: string): void {
    if (this.#view) void this.#ask({ kind: 'showBug', rev: this.#view.state.rev, bug });
  }

  /** Asks for a run that the last exploration found, by its place in the list. */
  showRun(run: number): void {
    if (this.#view) void this.#ask({ kind: 'showRun', rev: this.#view.state.rev, run });
  }

  /** Is told how the exploration stands, a few times a second. */
  onRacesProgress(listener: (progress: RacesProgress) => void): void {
    this.#endpoint.onNotification(racesProgress, listener);
  }

  /** Is told how a long simulation stands, a few times a second. */
  onRunProgress(listener: (progress: RunProgress) => void): void {
    this.#endpoint.onNotification(runProgress, listener);
  }

  async #ask(intent: Intent): Promise<void> {
    this.#underWay++;
    const answer = await this.#endpoint.request(intentType, intent);
    this.#underWay--;
    if (answer.ok) this.#accept(answer.value);
  }

  #accept(sent: PanelState): void {
    const view = this.#view;
    if (view && sent.rev < view.state.rev) return;
    const state = keepSameParts(view?.state, sent);
    const local = view && this.#underWay > 0 && view.state.answer?.run === state.answer?.run;
    const { shape, step } = local ? view.state : state;
    const look = lookOf(local ? view.state : state);
    this.#show({
      state: { ...state, shape, step, ...look },
      page: view?.page ?? null,
      opened: view?.opened ?? [],
      pageProblem: view?.pageProblem ?? null,
    });
  }

  #show(next: View): void {
    const before = this.#view;
    const drawing = drawingOf(next.state);
    const isSame = before !== null && drawingOf(before.state) === drawing;
    const view = {
      ...next,
      page: next.page?.drawing === drawing ? next.page : null,
      opened: isSame ? next.opened : [],
      pageProblem: isSame ? next.pageProblem : null,
    };
    this.#view = view;
    for (const listener of this.#listeners) listener(view, before);
    if (drawing === undefined) return;
    const wanted = { drawing, reading: readingOf(view), step: view.state.step };
    this.#loader.want(wanted, view.page, (page) => {
      const now = this.#view;
      if (!now) return;
      if (page.ok) this.#show({ ...now, page: page.value, pageProblem: null });
      else this.#show({ ...now, pageProblem: page.error });
    });
  }
}

/** Where the user looks in a state. */
export function lookOf({ tab, view, detail, folds, hidden, section }: PanelState): Look {
  return { tab, view, detail, folds, hidden, section };
}

function readingOf({ state: { detail, folds, hidden }, opened }: View): Reading {
  return { detail, hidden, folds, opened };
}

/** What is drawn of the answer: the shape that is shown. */
function drawingOf({ answer, shape }: PanelState): number | undefined {
  return answer?.shapes[shape]?.drawing;
}
