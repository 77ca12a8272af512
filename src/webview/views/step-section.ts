import type { ShownRow } from '../../protocol/shown-row.ts';
import { element, linkButton } from '../dom.ts';
import { clock, codePlace, contextInWords, homeInWords, trustInWords } from '../format.ts';
import type { DrawingSource } from '../panel-store.ts';

/** Everything about the current step: the real function, its cost, trace points, the state that it changed. */
export function stepSection(store: DrawingSource): HTMLElement {
  const view = element('div', { class: 'step-section', 'data-testid': 'inspector' });
  store.subscribe(({ state, page }, before) => {
    if (before?.page === page && before.state.step === state.step) return;
    const rows = page?.rows ?? [];
    const row = rows[state.step];
    view.replaceChildren(...(row ? describe(row, rows, store) : []));
  });
  return view;
}

function describe(row: ShownRow, rows: readonly ShownRow[], store: DrawingSource): HTMLElement[] {
  const place = codePlace(row.at);
  const head = element(
    'div',
    { class: 'code-place' },
    element('code', { class: 'function' }, place.function),
  );
  if (place.file !== '') head.append(element('code', { class: 'file' }, `${place.tree} ${place.file}`));
  const facts = element('dl', { class: 'facts' });
  const fact = (name: string, ...values: readonly (Node | string)[]): void => {
    if (values.length === 0) return;
    facts.append(element('dt', {}, name), element('dd', {}, ...values));
  };
  fact('Runs in', `${row.process}, ${contextInWords(row.context)} (${homeInWords(row.home)})`);
  fact('Cost', ...cost(row));
  fact('Trace points', ...row.tracepoints.map((line) => element('code', { class: 'line' }, line)));
  fact('Changes', ...row.changes.map(({ field, from, to }) => change(field, from, to)));
  fact('Waited for', ...waker(row, rows, store));
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

function waker(row: ShownRow, rows: readonly ShownRow[], store: DrawingSource): HTMLElement[] {
  if (row.wokenBy === null) return [];
  const position = rows.findIndex((candidate) => candidate.index === row.wokenBy);
  const other = rows[position];
  if (!other) return [];
  return [
    linkButton(`${String(position + 1)} ${other.label}`, 'Go to that step', () => {
      store.selectStep(position);
    }),
  ];
}
