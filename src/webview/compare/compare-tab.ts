import type { Offer } from '../../protocol/panel-state.ts';
import { element } from '../dom.ts';
import { replaceKeepingFocus } from '../keep-focus.ts';
import type { PanelStore } from '../panel-store.ts';
import { phraseNodes } from '../views/phrases.ts';
import { comparisonTable } from './comparison-table.ts';
import { offerList } from './offer-list.ts';
import { SideBySideView } from './side-by-side-view.ts';

/** The *Compare* tab: what the runs cost against the first, their steps side by side, their numbers; or offers. */
export function compareTab(store: PanelStore): HTMLElement {
  const deltas = element('div', { class: 'deltas', 'data-testid': 'deltas' });
  const drawing = new SideBySideView(store);
  const table = element('section', {
    class: 'comparison-numbers',
    tabindex: '0',
    'aria-label': 'Numbers side by side',
    'data-testid': 'comparison',
  });
  const offers = element('section', {
    class: 'offers',
    'aria-label': 'Compare with',
    'data-testid': 'offers',
  });
  store.subscribe(({ state }, before) => {
    const { comparison } = state;
    if (comparison?.id !== before?.state.comparison?.id) {
      deltas.replaceChildren(
        ...(comparison?.deltas ?? [])
          .filter((phrases) => phrases.length > 0)
          .map((phrases) => element('p', { class: 'delta' }, ...phraseNodes(phrases))),
      );
      table.replaceChildren(...(comparison ? comparisonTable(comparison, store) : []));
    }
    deltas.hidden = comparison === null;
    table.hidden = comparison === null;
    drawing.element.hidden = comparison?.isDrawn !== true;
    offers.hidden = comparison !== null || state.answer === null;
    if (state.offers !== before?.state.offers) {
      replaceKeepingFocus(offers, whatToCompare(state.offers, store));
    }
  });
  return element('div', { class: 'compare-tab' }, deltas, drawing.element, table, offers);
}

function whatToCompare(offers: readonly Offer[], store: PanelStore): HTMLElement[] {
  const hint = 'Devices that are checked in the tree can be compared, too.';
  const dim = (words: string): HTMLElement => element('p', { class: 'dim' }, words);
  if (offers.length === 0) return [dim(`No option of this machine leads another way. ${hint}`)];
  return [element('h2', {}, 'Compare with'), offerList(offers, store), dim(hint)];
}
