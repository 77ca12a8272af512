import { element } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';

/** What the run measured, as small tables. */
export function numbersSection(store: PanelStore): HTMLElement {
  const view = element('div', { class: 'numbers-section', 'data-testid': 'numbers' });
  store.subscribe(({ state }, before) => {
    if (before?.state.answer === state.answer) return;
    view.replaceChildren(
      ...(state.answer?.numbers ?? []).map(({ title, figures }) =>
        element(
          'table',
          {},
          element('caption', {}, title),
          element(
            'tbody',
            {},
            ...figures.map(({ name, value }) =>
              element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, value)),
            ),
          ),
        ),
      ),
    );
  });
  return view;
}
