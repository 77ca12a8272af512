import { element, linkButton } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';

/** Says which parties of the shape are hidden, and shows them again. */
export function hiddenLine(store: PanelStore): HTMLElement {
  const words = element('span', { 'data-testid': 'hidden' });
  const view = element(
    'div',
    { class: 'hidden-line', role: 'status' },
    words,
    linkButton('Show all', 'Show the steps of all parties again', () => {
      store.look({ hidden: [] });
    }),
  );
  store.subscribe(({ state, page }) => {
    const parties = (page?.parties ?? []).filter(({ party }) => state.hidden.includes(party));
    const steps = parties.reduce((sum, party) => sum + party.steps, 0);
    view.hidden = parties.length === 0;
    const names = parties.map(({ party }) => party).join(', ');
    words.textContent = `Hidden: ${names} (${String(steps)} ${steps === 1 ? 'step' : 'steps'}). `;
  });
  return view;
}
