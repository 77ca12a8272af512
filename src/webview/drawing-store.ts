import type { Page } from '../protocol/messages.ts';
import type { PanelState } from '../protocol/panel-state.ts';
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
  readonly #store: PanelStore;
  readonly #listeners: Listener[] = [];
  #wanted: WantedDrawing | null = null;
  #step = 0;
  #page: Page | null = null;
  #problem: string | null = null;
  #state: PanelState | null = null;
  #view: View | null = null;

  constructor(store: PanelStore, wanted: (state: PanelState) => WantedDrawing | null) {
    this.#store = store;
    store.subscribe(({ state }) => {
      this.#state = state;
      this.#want(wanted(state));
      this.#show();
    });
  }

  subscribe(listener: Listener): void {
    this.#listeners.push(listener);
    if (this.#view) listener(this.#view, null);
  }

  selectStep(step: number): void {
    if (!this.#page || step === this.#step || step < 0 || step >= this.#page.rows.length) return;
    this.#step = step;
    this.#show();
  }

  #want(wanted: WantedDrawing | null): void {
    if (wanted?.drawing === this.#wanted?.drawing) return;
    this.#wanted = wanted;
    this.#step = wanted?.step ?? 0;
    this.#page = null;
    this.#problem = null;
    if (wanted) void this.#load(wanted.drawing);
  }

  async #load(drawing: number): Promise<void> {
    const answer = await this.#store.page(drawing);
    if (this.#wanted?.drawing !== drawing) return;
    if (answer.ok) this.#page = answer.value;
    else this.#problem = answer.error;
    this.#show();
  }

  #show(): void {
    if (!this.#state) return;
    const before = this.#view;
    const state = { ...this.#state, step: this.#step };
    this.#view = { state, page: this.#page, pageProblem: this.#problem };
    for (const listener of this.#listeners) listener(this.#view, before);
  }
}
