import { EVERY_ROW } from '../diagram/outline.ts';
import type { Page } from '../protocol/page.ts';
import type { PanelState } from '../protocol/panel-state.ts';
import { PageLoader } from './page-loader.ts';
import { stepsAway } from './page-rows.ts';
import type { DrawingSource, Listener, PanelStore, View } from './panel-store.ts';

/** What is to be drawn, and at which step of it the user begins. */
export interface WantedDrawing {
  readonly drawing: number;
  readonly step: number;
}

/**
 * A drawing besides the answer's own: its rows, asked for when `wanted` names another one, and its current step, which
 * is the page's own affair. Views of it see the panel's state with this step, and this page.
 */
export class DrawingStore implements DrawingSource {
  readonly #loader: PageLoader;
  readonly #wantedIn: (state: PanelState) => WantedDrawing | null;
  readonly #listeners: Listener[] = [];
  #wanted: WantedDrawing | null = null;
  #step = 0;
  #page: Page | null = null;
  #problem: string | null = null;
  #state: PanelState | null = null;
  #view: View | null = null;

  constructor(store: PanelStore, wanted: (state: PanelState) => WantedDrawing | null) {
    this.#loader = new PageLoader((request) => store.page(request));
    this.#wantedIn = wanted;
    store.subscribe(({ state }) => {
      this.#state = state;
      this.lookAgain();
    });
  }

  /** What is wanted may have changed without a change of the state. */
  lookAgain(): void {
    if (!this.#state) return;
    this.#want(this.#wantedIn(this.#state));
    this.#show();
  }

  subscribe(listener: Listener): void {
    this.#listeners.push(listener);
    if (this.#view) listener(this.#view, null);
  }

  selectStep(step: number): void {
    if (!this.#page || step === this.#step || step < 0 || step >= this.#page.steps) return;
    this.#step = step;
    this.#show();
  }

  move(by: number): void {
    if (this.#page) this.selectStep(stepsAway(this.#page, this.#step, by));
  }

  moveToEnd(end: 'first' | 'last'): void {
    this.selectStep(end === 'first' ? 0 : (this.#page?.steps ?? 0) - 1);
  }

  /** Every row is shown: there is nothing to open. */
  toggleRepeat(): void {
    return;
  }

  #want(wanted: WantedDrawing | null): void {
    if (wanted?.drawing === this.#wanted?.drawing) return;
    this.#wanted = wanted;
    this.#step = wanted?.step ?? 0;
    this.#page = null;
    this.#problem = null;
  }

  #show(): void {
    if (!this.#state) return;
    const before = this.#view;
    const state = { ...this.#state, step: this.#step };
    this.#view = { state, page: this.#page, opened: [], pageProblem: this.#problem };
    for (const listener of this.#listeners) listener(this.#view, before);
    if (!this.#wanted) return;
    const request = { drawing: this.#wanted.drawing, reading: EVERY_ROW, step: this.#step };
    this.#loader.want(request, this.#page, (page) => {
      if (page.ok) this.#page = page.value;
      else this.#problem = page.error;
      this.#show();
    });
  }
}
