import type { RowRepeat } from '../../diagram/outline.ts';
import type { Page } from '../../protocol/page.ts';
import { element } from '../dom.ts';
import { rowOnPage } from '../page-rows.ts';
import type { DrawingSource } from '../panel-store.ts';
import { markList } from './row-marks.ts';
import { stepOption } from './step-option.ts';

/** How many rows Page Up and Page Down move by. */
const PAGE_ROWS = 10;
/** Height of a row in CSS pixels; step-list.css has the same. */
const ROW_HEIGHT = 20;
/** Rows above and below those in sight that are there already when the list is scrolled. */
const SPARE_ROWS = 8;
/** Where nothing is laid out, as in tests: rows that are taken to be in sight. */
const ROWS_WITHOUT_LAYOUT = 20;

/**
 * The steps on the page, one a row: what screen readers and keyboards use, and the drawing follows. Only rows in sight
 * are in the document, and the current one, wherever it is. `name` makes ids.
 */
export function stepList(store: DrawingSource, name = 'step'): HTMLElement {
  const rows = element('div', { class: 'step-rows', role: 'presentation' });
  const list = element(
    'div',
    {
      class: 'step-list',
      role: 'listbox',
      tabindex: '0',
      'aria-label': 'Steps of the cycle',
      'data-testid': 'steps',
    },
    rows,
  );
  let page: Page | null = null;
  let current = -1;
  const shown = new Map<number, HTMLElement>();
  const draw = (): void => {
    const inSight = rowsInSight(list, page?.rows.length ?? 0);
    const wanted = new Set(current < 0 ? inSight : [...inSight, current]);
    for (const [row, option] of shown) {
      if (wanted.has(row)) continue;
      option.remove();
      shown.delete(row);
    }
    for (const row of [...wanted].sort((a, b) => a - b)) {
      if (page && !shown.has(row)) shown.set(row, insert(rows, stepOption(name, page, row), row));
    }
  };
  list.addEventListener('scroll', draw, { passive: true });
  // The room for rows changes with the window; observers are not there without layout.
  if (typeof ResizeObserver !== 'undefined') new ResizeObserver(draw).observe(list);
  list.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (pressed(event.key, store, page, current)) event.preventDefault();
  });
  list.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const option = target?.closest<HTMLElement>('[role=option]');
    const row = page?.rows[Number(option?.dataset.row ?? NaN)];
    if (!row) return;
    store.selectStep(row.position);
    if (target?.closest('.times') && row.repeat) store.toggleRepeat(row.repeat.position);
  });
  store.subscribe(({ state, page: next }, before) => {
    const isOther = page !== next || before === null;
    if (isOther) {
      page = next;
      markList(list, page);
      for (const option of shown.values()) option.remove();
      shown.clear();
      list.style.setProperty('--digits', String(String(page?.steps ?? 0).length));
      rows.style.height = `${String((page?.rows.length ?? 0) * ROW_HEIGHT)}px`;
    }
    const row = rowOnPage(page, state.step);
    if (!isOther && row === current) return;
    shown.get(current)?.setAttribute('aria-selected', 'false');
    current = row;
    scrollTo(list, current);
    draw();
    const option = shown.get(current);
    option?.setAttribute('aria-selected', 'true');
    if (option) list.setAttribute('aria-activedescendant', option.id);
    else list.removeAttribute('aria-activedescendant');
  });
  return list;
}

function pressed(key: string, store: DrawingSource, page: Page | null, current: number): boolean {
  const row = page?.rows[current];
  const toggle = (repeat: RowRepeat): void => {
    // The row may stand for a step further on, which would be on another page when all of them are shown.
    if (row) store.selectStep(row.position);
    store.toggleRepeat(repeat.position);
  };
  const repeat = row?.repeat;
  switch (key) {
    case 'ArrowDown':
      store.move(1);
      return true;
    case 'ArrowUp':
      store.move(-1);
      return true;
    case 'PageDown':
      store.move(PAGE_ROWS);
      return true;
    case 'PageUp':
      store.move(-PAGE_ROWS);
      return true;
    case 'Home':
      store.moveToEnd('first');
      return true;
    case 'End':
      store.moveToEnd('last');
      return true;
    case 'Enter':
    case ' ':
      if (repeat) toggle(repeat);
      return true;
    case 'ArrowRight':
    case 'ArrowLeft':
      if (repeat?.open === (key === 'ArrowLeft')) toggle(repeat);
      return true;
    default:
      return false;
  }
}

function rowsInSight({ scrollTop, clientHeight }: HTMLElement, length: number): number[] {
  const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - SPARE_ROWS);
  const room = clientHeight === 0 ? ROWS_WITHOUT_LAYOUT : Math.ceil(clientHeight / ROW_HEIGHT);
  const end = Math.min(length, first + room + 2 * SPARE_ROWS);
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
}

/** Puts a row among the others, in their order: that is how screen readers walk through them. */
function insert(rows: HTMLElement, option: HTMLElement, row: number): HTMLElement {
  option.style.top = `${String(row * ROW_HEIGHT)}px`;
  const after = [...rows.children].find((other) => Number((other as HTMLElement).dataset.row) > row);
  rows.insertBefore(option, after ?? null);
  return option;
}

function scrollTo(list: HTMLElement, row: number): void {
  const { scrollTop, clientHeight } = list;
  const top = Math.max(0, row) * ROW_HEIGHT;
  if (top < scrollTop) list.scrollTop = top;
  else if (top + ROW_HEIGHT > scrollTop + clientHeight) list.scrollTop = top + ROW_HEIGHT - clientHeight;
}
