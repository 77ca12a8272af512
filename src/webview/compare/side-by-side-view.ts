import type { Comparison, ComparisonColumn } from '../../protocol/panel-state.ts';
import type { SideBySide } from '../../protocol/side-by-side.ts';
import { element, linkButton } from '../dom.ts';
import { homeInWords } from '../format.ts';
import type { PanelStore } from '../panel-store.ts';
import { openButton } from './comparison-table.ts';
import { LANE_PITCH } from './lane-drawing.ts';
import { lineElement, linesOf } from './side-by-side-rows.ts';

/** More rows at once would make the page slow. */
const PAGE_ROWS = 180;

/** The cycles of two or three runs beside each other, as a table: a row is the same step of all that have it. */
export class SideBySideView {
  readonly element: HTMLElement;
  readonly #store: PanelStore;
  readonly #difference = element('p', { class: 'difference', 'data-testid': 'difference' });
  readonly #fold = element('input', { type: 'checkbox', id: 'only-differences' });
  readonly #pager = element('span', { class: 'pager' });
  readonly #content: HTMLElement;
  #comparison: Comparison | null = null;
  #shapes: readonly number[] = [];
  #drawn: SideBySide | null = null;
  #page = 0;

  constructor(store: PanelStore) {
    this.#store = store;
    this.#content = element('div', {
      class: 'side-by-side',
      tabindex: '0',
      role: 'group',
      'aria-label': 'Steps side by side',
      'data-testid': 'side-by-side',
    });
    this.#fold.addEventListener('change', () => {
      this.#page = 0;
      this.#show();
    });
    this.element = element(
      'section',
      { class: 'side-by-side-view', 'aria-label': 'Steps side by side' },
      element(
        'div',
        { class: 'side-by-side-bar' },
        this.#difference,
        this.#pager,
        element('label', { class: 'check' }, this.#fold, 'Only differences'),
      ),
      this.#content,
    );
    store.subscribe(({ state: { comparison } }) => {
      if (comparison?.id === this.#comparison?.id) return;
      this.#comparison = comparison;
      this.#shapes = comparison?.columns.map(() => 0) ?? [];
      void this.#load();
    });
  }

  async #load(): Promise<void> {
    const comparison = this.#comparison;
    const shapes = this.#shapes;
    this.#page = 0;
    if (!comparison?.isDrawn) {
      this.#drawn = null;
      this.#show();
      return;
    }
    const answer = await this.#store.sideBySide(comparison.id, shapes);
    if (comparison !== this.#comparison || shapes !== this.#shapes) return;
    this.#drawn = answer.ok ? answer.value : null;
    this.#show();
    if (!answer.ok) this.#difference.replaceChildren(`Cannot be drawn: ${answer.error}.`);
  }

  #show(): void {
    const drawn = this.#drawn;
    const comparison = this.#comparison;
    this.#difference.replaceChildren(
      ...(drawn?.difference ?? []).map(({ text, strong }) => (strong ? element('strong', {}, text) : text)),
    );
    if (!drawn || !comparison) {
      this.#content.replaceChildren();
      this.#pager.replaceChildren();
      return;
    }
    const lines = linesOf(drawn, this.#fold.checked);
    const first = this.#page * PAGE_ROWS;
    const shown = lines.slice(first, first + PAGE_ROWS);
    const isLast = first + PAGE_ROWS >= lines.length;
    const { columns } = comparison;
    const table = element(
      'table',
      {},
      this.#head(comparison, drawn),
      element('tbody', {}, ...shown.map((line) => lineElement(line, drawn, columns.length))),
    );
    table.style.setProperty('--lane-pitch', `${String(LANE_PITCH)}px`);
    table.style.setProperty('--lanes', `${String(LANE_PITCH * drawn.lanes.length)}px`);
    this.#content.replaceChildren(table);
    if (isLast && drawn.omitted > 0) {
      const words = `${String(drawn.omitted)} more rows are left out.`;
      this.#content.append(element('p', { class: 'dim' }, words));
    }
    this.#showPager(first, shown.length, lines.length);
  }

  #showPager(first: number, shown: number, all: number): void {
    if (all <= PAGE_ROWS) {
      this.#pager.replaceChildren();
      return;
    }
    const turn = (label: string, to: number): HTMLButtonElement => {
      const button = linkButton(label, undefined, () => {
        this.#page = to;
        this.#show();
        this.#content.scrollTop = 0;
        this.#content.focus();
      });
      button.disabled = to < 0 || to * PAGE_ROWS >= all;
      return button;
    };
    this.#pager.replaceChildren(
      turn('previous', this.#page - 1),
      ` rows ${String(first + 1)}–${String(first + shown)} of ${String(all)} `,
      turn('next', this.#page + 1),
    );
  }

  #head({ columns }: Comparison, { lanes }: SideBySide): HTMLElement {
    const names = lanes.map(({ party, home }) =>
      element('span', { class: `party-name ${home}`, title: `${party} (${homeInWords(home)})` }, party),
    );
    const cells = columns.map((column, i) => {
      const partyNames = element('div', { class: 'party-names', 'aria-hidden': 'true' });
      partyNames.append(...names.map((name) => name.cloneNode(true)));
      return element(
        'th',
        { scope: 'col' },
        element(
          'div',
          { class: 'run-name' },
          element('span', {}, column.title),
          ...(column.title === column.path ? [] : [element('code', {}, column.path)]),
        ),
        element(
          'div',
          { class: 'run-actions' },
          this.#shapePicker(column, i),
          openButton(column.title, i, this.#store),
        ),
        partyNames,
      );
    });
    const corner = element('td', {}, element('span', { class: 'unseen' }, 'differs'));
    return element('thead', {}, element('tr', {}, corner, ...cells));
  }

  /** Which shape of a run is drawn. */
  #shapePicker({ title, shapes }: ComparisonColumn, column: number): HTMLElement {
    const select = element(
      'select',
      { class: 'select', 'aria-label': `Drawn shape of ${title}` },
      ...shapes.map((shape, i) =>
        element(
          'option',
          {},
          `Shape ${String(i + 1)}/${String(shapes.length)} × ${String(shape.count)}${shape.title === '' ? '' : ` — ${shape.title}`}`,
        ),
      ),
    );
    select.selectedIndex = this.#shapes[column] ?? 0;
    select.disabled = shapes.length < 2;
    select.addEventListener('change', () => {
      this.#shapes = this.#shapes.map((shape, i) => (i === column ? select.selectedIndex : shape));
      void this.#load();
    });
    return select;
  }
}
