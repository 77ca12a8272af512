import type { PageRow } from '../../protocol/page.ts';
import type { ShownRow } from '../../protocol/shown-row.ts';
import { trustInWords } from '../../protocol/trust.ts';
import { element, linkButton } from '../dom.ts';
import { clock, codePlace, contextInWords, homeInWords } from '../format.ts';
import { replaceKeepingFocus } from '../keep-focus.ts';
import { rowOnPage } from '../page-rows.ts';
import type { DrawingSource } from '../panel-store.ts';

/**
 * Everything about the current step: the real function, which `openCode` shows, its cost, trace points, the state that it
 * changed.
 */
export function stepSection(store: DrawingSource, openCode: (at: string) => void): HTMLElement {
  const view = element('div', { class: 'step-section', 'data-testid': 'inspector' });
  store.subscribe(({ state, page }, before) => {
    if (before?.page === page && before.state.step === state.step) return;
    const row = page?.rows[rowOnPage(page, state.step)];
    // The page of the step is on its way; to empty the view meanwhile would only flicker.
    if (row || !page) {
      replaceKeepingFocus(view, row ? describe(row, store, page.isTimed, openCode) : []);
    }
  });
  return view;
}

function describe(
  row: PageRow,
  store: DrawingSource,
  isTimed: boolean,
  openCode: (at: string) => void,
): HTMLElement[] {
  const place = codePlace(row.at);
  const head = element(
    'div',
    { class: 'code-place' },
    element('code', { class: 'function' }, place.function),
  );
  if (place.file !== '') {
    head.append(
      element('code', { class: 'file' }, `${place.tree} ${place.file}`),
      linkButton('Open Function', 'Open it in a tree of this workspace', () => {
        openCode(row.at);
      }),
    );
  }
  const facts = element('dl', { class: 'facts' });
  const fact = (name: string, ...values: readonly (Node | string)[]): void => {
    if (values.length === 0) return;
    facts.append(element('dt', {}, name), element('dd', {}, ...values));
  };
  fact('Runs in', `${row.process}, ${contextInWords(row.context)} (${homeInWords(row.home)})`);
  if (isTimed) fact('Cost', ...cost(row));
  fact('Trace points', ...row.tracepoints.map((line) => element('code', { class: 'line' }, line)));
  fact('Changes', ...row.changes.map(({ field, from, to }) => change(field, from, to)));
  fact('Waited for', ...waker(row, store));
  return [head, facts];
}

function cost(row: ShownRow): (Node | string)[] {
  if (row.cost === null) return ['none of its own'];
  const trust = trustInWords(row.costTrust);
  return [
    `${clock(row.costNs)} `,
    element('span', { class: 'dim' }, trust === '' ? row.cost : `${row.cost}, ${trust}`),
  ];
}

function change(field: string, from: string, to: string): HTMLElement {
  return element('span', { class: 'change' }, `${field} `, element('code', {}, `${from} → ${to}`));
}

function waker({ waker: step }: PageRow, store: DrawingSource): HTMLElement[] {
  if (!step) return [];
  return [
    linkButton(`${String(step.position + 1)} ${step.label}`, 'Go to that step', () => {
      store.selectStep(step.position);
    }),
  ];
}
