import type { Result } from '../base/result.ts';
import type { Endpoint } from '../protocol/endpoint.ts';
import { getPage, intent as intentType, ready, state as stateType } from '../protocol/messages.ts';
import type { Intent, Page } from '../protocol/messages.ts';
import type { Look, PanelCommand, PanelState } from '../protocol/panel-state.ts';

/** What the views draw from. */
export interface View {
  readonly state: PanelState;
  /** The rows of the shape that is shown; null until they have come. */
  readonly page: Page | null;
  /** Why there are no rows, if something went wrong on the way. */
  readonly pageProblem: string | null;
}

/** What the views of a diagram are given: the panel's own store, or that of another diagram. */
export type DrawingSource = Pick<PanelStore, 'subscribe' | 'selectStep'>;

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

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
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
    if (step < 0 || step >= view.page.rows.length) return;
    this.#show({ ...view, state: { ...view.state, step } });
    void this.#ask({ kind: 'selectStep', rev: view.state.rev, step });
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

  command(command: PanelCommand): void {
    if (this.#view) void this.#ask({ kind: 'command', rev: this.#view.state.rev, command });
  }

  /** Asks for another value of a fact that the answer assumes. */
  changeAssumption(fact: string): void {
    if (this.#view) void this.#ask({ kind: 'changeAssumption', rev: this.#view.state.rev, fact });
  }

  async #ask(intent: Intent): Promise<void> {
    this.#underWay++;
    const answer = await this.#endpoint.request(intentType, intent);
    this.#underWay--;
    if (answer.ok) this.#accept(answer.value);
  }

  #accept(state: PanelState): void {
    const view = this.#view;
    if (view && state.rev < view.state.rev) return;
    const local = view && this.#underWay > 0 && view.state.answer?.run === state.answer?.run;
    const { shape, step } = local ? view.state : state;
    const look = lookOf(local ? view.state : state);
    this.#show({
      state: { ...state, shape, step, ...look },
      page: view?.page ?? null,
      pageProblem: view?.pageProblem ?? null,
    });
  }

  #show(next: View): void {
    const before = this.#view;
    const wanted = drawingOf(next.state);
    const fits = wanted !== undefined && next.page?.drawing === wanted;
    const view = fits ? next : { ...next, page: null };
    const isNew = wanted !== undefined && !fits && (before === null || drawingOf(before.state) !== wanted);
    this.#view = isNew ? { ...view, pageProblem: null } : view;
    for (const listener of this.#listeners) listener(this.#view, before);
    if (isNew) void this.#load(wanted);
  }

  /** Asks for the rows of a drawing, by the number that the state gives them. */
  page(drawing: number): Promise<Result<Page>> {
    return this.#endpoint.request(getPage, { drawing });
  }

  async #load(drawing: number): Promise<void> {
    const answer = await this.page(drawing);
    const view = this.#view;
    if (!view || drawingOf(view.state) !== drawing) return;
    if (answer.ok) this.#show({ ...view, page: answer.value, pageProblem: null });
    else this.#show({ ...view, pageProblem: answer.error });
  }
}

/** Where the user looks in a state. */
export function lookOf({ tab, view, detail, section }: PanelState): Look {
  return { tab, view, detail, section };
}

/** What is drawn of the answer: the shape that is shown. */
function drawingOf({ answer, shape }: PanelState): number | undefined {
  return answer?.shapes[shape]?.drawing;
}
