import type { RunView } from '../../protocol/panel-state.ts';
import { element } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';
import { segmented } from './segmented.ts';

/** A drawing that can be zoomed; scale 1 is its natural size. */
export interface Drawing {
  readonly element: HTMLElement;
  zoomBy(factor: number): void;
  zoomTo(scale: number): void;
  fit(): void;
  /** The listener is told of the scale now and whenever it changes. */
  onScale(listener: (scale: number) => void): void;
}

/** The switch between the drawings of a run. */
export function runSwitch(store: PanelStore): HTMLElement {
  const { element: group, choose } = segmented<RunView>(
    'Drawing',
    [
      { id: 'sequence', title: 'Sequence' },
      { id: 'time', title: 'Time' },
    ],
    (view) => {
      store.look({ view });
    },
  );
  store.subscribe(({ state }) => {
    choose(state.view);
    group.hidden = state.answer === null || state.tab !== 'path';
  });
  return group;
}

/**
 * The drawings of a run in the same place, of which the chosen one is seen. The other keeps its size, because what is
 * not laid out cannot be measured, and Mermaid measures.
 */
export function runDrawings(store: PanelStore, drawings: Readonly<Record<RunView, Drawing>>): Drawing {
  let shown: RunView = 'sequence';
  const scales: Record<RunView, number> = { sequence: 1, time: 1 };
  const listeners: ((scale: number) => void)[] = [];
  const tell = (): void => {
    for (const listener of listeners) listener(scales[shown]);
  };
  const views = ['sequence', 'time'] as const;
  for (const view of views) {
    drawings[view].onScale((scale) => {
      scales[view] = scale;
      if (view === shown) tell();
    });
  }
  const place = element('div', { class: 'run-drawings' }, ...views.map((view) => drawings[view].element));
  store.subscribe(({ state }) => {
    shown = state.view;
    for (const view of views) drawings[view].element.classList.toggle('aside', view !== shown);
    tell();
  });
  return {
    element: place,
    zoomBy(factor) {
      drawings[shown].zoomBy(factor);
    },
    zoomTo(scale) {
      drawings[shown].zoomTo(scale);
    },
    fit() {
      drawings[shown].fit();
    },
    onScale(listener) {
      listeners.push(listener);
      listener(scales[shown]);
    },
  };
}
