import type { Comparison } from '../../protocol/panel-state.ts';
import { element } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';

/** The summaries of several runs, side by side. */
export function comparisonView(store: PanelStore): HTMLElement {
  const view = element('section', {
    class: 'comparison',
    'aria-label': 'Comparison',
    'data-testid': 'comparison',
  });
  store.subscribe(({ state }, before) => {
    if (before?.state.comparison === state.comparison) return;
    view.replaceChildren(
      ...(state.comparison
        ? draw(state.comparison)
        : [element('p', { class: 'missing' }, 'Check two devices in the tree to compare them.')]),
    );
  });
  return view;
}

function draw({ columns, rows, missing }: Comparison): HTMLElement[] {
  const head = element(
    'tr',
    {},
    element('th', { scope: 'col' }, 'per interrupt'),
    ...columns.map(({ title, path }) => element('th', { scope: 'col' }, title, element('code', {}, path))),
  );
  const body = rows.map(({ name, values }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      ...values.map((value) => element('td', {}, value)),
    ),
  );
  const table = element('table', {}, element('thead', {}, head), element('tbody', {}, ...body));
  return [table, ...missing.map((words) => element('p', { class: 'missing' }, words))];
}
