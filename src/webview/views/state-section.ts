import { element } from '../dom.ts';
import { rowOnPage } from '../page-rows.ts';
import type { DrawingSource } from '../panel-store.ts';
import { stateAt } from '../state-at.ts';

/** What the machine holds after the current step: masks, latches, counts. What this step changed stands out. */
export function stateSection(store: DrawingSource): HTMLElement {
  const view = element('dl', { class: 'state-section', 'data-testid': 'state' });
  store.subscribe(({ state, page }, before) => {
    if (before?.page === page && before.state.step === state.step) return;
    view.replaceChildren(
      ...stateAt(page, rowOnPage(page, state.step)).map(({ field, value, from }) =>
        element(
          'div',
          { class: from === null ? 'field' : 'field changed' },
          element('dt', {}, field),
          element(
            'dd',
            {},
            ...(from === null ? [] : [element('span', { class: 'dim' }, `${from} → `)]),
            element('code', {}, value),
          ),
        ),
      ),
    );
  });
  return view;
}
