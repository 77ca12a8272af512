import type { ShownRow } from '../../protocol/shown-row.ts';
import { element } from '../dom.ts';
import { clock, crossing, crossingInWords, homeInWords } from '../format.ts';
import type { DrawingSource } from '../panel-store.ts';

/** How many rows Page Up and Page Down move by. */
const PAGE_ROWS = 10;

/** The steps of the shape, one a row: what screen readers and keyboards use, and the drawing follows. */
export function stepList(store: DrawingSource): HTMLElement {
  const list = element('div', {
    class: 'step-list',
    role: 'listbox',
    tabindex: '0',
    'aria-label': 'Steps of the interrupt',
    'data-testid': 'steps',
  });
  let options: HTMLElement[] = [];
  list.addEventListener('keydown', (event) => {
    const current = options.findIndex((option) => option.getAttribute('aria-selected') === 'true');
    const next = target(event.key, current, options.length);
    if (next === undefined) return;
    event.preventDefault();
    store.selectStep(next);
  });
  list.addEventListener('click', (event) => {
    const option = event.target instanceof Element ? event.target.closest('[role=option]') : null;
    if (option) store.selectStep(options.findIndex((candidate) => candidate === option));
  });
  store.subscribe(({ state, page }, before) => {
    if (before?.page !== page) {
      const startNs = page?.rows[0]?.timeNs ?? 0;
      options = (page?.rows ?? []).map((row, i) => optionFor(row, i, startNs));
      list.replaceChildren(...options);
    }
    if (before?.page !== page || before.state.step !== state.step) {
      select(list, options, state.step);
    }
  });
  return list;
}

function target(key: string, current: number, length: number): number | undefined {
  const last = length - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(current + 1, last);
    case 'ArrowUp':
      return Math.max(current - 1, 0);
    case 'PageDown':
      return Math.min(current + PAGE_ROWS, last);
    case 'PageUp':
      return Math.max(current - PAGE_ROWS, 0);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

function select(list: HTMLElement, options: readonly HTMLElement[], step: number): void {
  options.forEach((option, i) => {
    option.setAttribute('aria-selected', String(i === step));
  });
  const option = options[step];
  if (!option) {
    list.removeAttribute('aria-activedescendant');
    return;
  }
  list.setAttribute('aria-activedescendant', option.id);
  option.scrollIntoView({ block: 'nearest' });
}

function optionFor(row: ShownRow, index: number, startNs: number): HTMLElement {
  const kind = crossing(row);
  const label = element('span', { class: 'label' }, row.label);
  if (kind) label.append(element('span', { class: `badge ${kind}` }, crossingInWords(kind)));
  return element(
    'div',
    {
      id: `step-${String(index)}`,
      role: 'option',
      class: `step ${row.home}`,
      'aria-selected': 'false',
      'data-testid': 'step',
      'data-label': row.label,
      title: `${row.party} (${homeInWords(row.home)})`,
    },
    element('span', { class: 'number' }, String(index + 1)),
    element('span', { class: 'time' }, clock(row.timeNs - startNs)),
    label,
    element('span', { class: 'party' }, row.party),
  );
}
