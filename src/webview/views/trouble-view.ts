import { offerList } from '../compare/offer-list.ts';
import { element, icon } from '../dom.ts';
import { replaceKeepingFocus } from '../keep-focus.ts';
import type { PanelStore } from '../panel-store.ts';

/** What stands in the panel instead of a diagram: why there is none, and the one thing that can be done. */
export function troubleView(store: PanelStore): HTMLElement {
  const view = element('div', { class: 'trouble', role: 'status', 'data-testid': 'trouble' });
  store.subscribe(({ state, pageProblem }) => {
    const message = state.trouble?.message ?? pageProblem;
    const action = state.trouble?.action ?? null;
    view.hidden = message === null;
    const parts: Node[] = message === null ? [] : [icon('info'), element('p', {}, message)];
    if (state.trouble && state.offers.length > 0) parts.push(offerList(state.offers, store));
    if (action) {
      const button = element('button', { class: 'button', type: 'button' }, action.label);
      button.addEventListener('click', () => {
        store.command(action.command);
      });
      parts.push(button);
    }
    replaceKeepingFocus(view, parts);
  });
  return view;
}
