import { element } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';

/** What stands in the *Path* tab while several runs are compared: there is no one run to show. */
export function pathHint(store: PanelStore): HTMLElement {
  const view = element(
    'p',
    { class: 'path-hint' },
    'Several runs are compared. The Compare tab opens each of them here.',
  );
  store.subscribe(({ state }) => {
    view.hidden = state.comparison === null;
  });
  return view;
}
