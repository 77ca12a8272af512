import type { ComparedValue, Comparison } from '../../protocol/panel-state.ts';
import { element, linkButton } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';

/** The numbers of several runs, a column each, with the least and the most of a row marked. */
export function comparisonTable(
  { per, columns, rows, missing, isDrawn }: Comparison,
  store: PanelStore,
): HTMLElement[] {
  const head = element(
    'tr',
    {},
    element('th', { scope: 'col' }, per),
    ...columns.map(({ title, path }, i) =>
      element(
        'th',
        { scope: 'col' },
        ...(title === path ? [] : [element('span', {}, title)]),
        element('code', {}, ...breakable(path)),
        // Above a drawing the button stands there.
        ...(isDrawn ? [] : [openButton(title, i, store)]),
      ),
    ),
  );
  const body = rows.map(({ name, values }) =>
    element('tr', {}, element('th', { scope: 'row' }, name), ...values.map(valueCell)),
  );
  const table = element('table', {}, element('thead', {}, head), element('tbody', {}, ...body));
  return [table, ...missing.map((words) => element('p', { class: 'missing' }, words))];
}

/** A path that may be broken after its family: three of them are wider than a panel. */
function breakable(path: string): (Node | string)[] {
  const name = path.indexOf('/') + 1;
  return [path.slice(0, name), element('wbr'), path.slice(name)];
}

/** Shows a run by itself. */
export function openButton(title: string, column: number, store: PanelStore): HTMLElement {
  const label = `Open ${title} in the Path tab`;
  const button = linkButton('open', label, () => {
    store.openColumn(column);
  });
  button.setAttribute('aria-label', label);
  return button;
}

function valueCell({ text, change, mark }: ComparedValue): HTMLElement {
  const cell = element('td', { class: mark ?? undefined }, element('span', { class: 'value' }, text));
  if (mark !== null) {
    cell.append(
      element('span', { class: 'mark', 'aria-hidden': 'true' }, mark === 'smallest' ? '▾' : '▴'),
      element('span', { class: 'unseen' }, mark === 'smallest' ? ', the least' : ', the most'),
    );
  }
  if (change !== '') cell.append(element('span', { class: 'change' }, change));
  return cell;
}
