import { element, iconButton } from '../dom.ts';
import type { DrawingSource } from '../panel-store.ts';

/** Goes through the pages of a shape that has more rows than a picture holds; hidden where there is one page. */
export function pageTurner(store: DrawingSource): HTMLElement {
  let starts: readonly number[] = [];
  let number = 0;
  const to = (page: number): void => {
    const start = starts[page];
    if (start !== undefined) store.selectStep(start);
  };
  const previous = iconButton('chevron-left', 'Previous page', () => {
    to(number - 1);
  });
  const next = iconButton('chevron-right', 'Next page', () => {
    to(number + 1);
  });
  const words = element('span', { class: 'page-number', role: 'status' });
  const view = element(
    'span',
    { class: 'page-turner', role: 'group', 'aria-label': 'Pages of the diagram' },
    previous,
    words,
    next,
  );
  store.subscribe(({ page }, before) => {
    if (before !== null && before.page === page) return;
    ({ starts, number } = page ?? { starts: [], number: 0 });
    view.hidden = starts.length < 2;
    words.textContent = `Page ${String(number + 1)} of ${String(starts.length)}`;
    previous.disabled = number === 0;
    next.disabled = number === starts.length - 1;
  });
  return view;
}
