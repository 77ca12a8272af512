import type { Page, PageRow } from '../../protocol/page.ts';
import { element } from '../dom.ts';
import { clock, crossing, crossingInWords, homeInWords } from '../format.ts';
import { markRow } from './row-marks.ts';

/** Row number `row` of a page in a list of steps; `name` makes ids. */
export function stepOption(name: string, page: Page, row: number): HTMLElement {
  const step = page.rows[row] as PageRow;
  const kind = crossing(step);
  const label = element('span', { class: 'label' }, step.label);
  if (kind) label.append(element('span', { class: `badge ${kind}` }, crossingInWords(kind)));
  if (step.repeat?.position === step.position) label.append(times(step.repeat));
  const option = element(
    'div',
    {
      id: `${name}-${String(page.before + row)}`,
      role: 'option',
      class: ['step', step.home, ...(step.repeat ? ['repeated'] : [])].join(' '),
      'aria-selected': 'false',
      'aria-setsize': String(page.total),
      'aria-posinset': String(page.before + row + 1),
      'data-testid': 'step',
      'data-row': String(row),
      'data-step': String(step.position),
      'data-label': step.label,
      title: `${step.party} (${homeInWords(step.home)})`,
    },
    element('span', { class: 'number' }, String(step.position + 1)),
    element('span', { class: 'time' }, clock(step.timeNs - page.startNs)),
    label,
    ...(step.omitted > 0 ? [omitted(step.omitted)] : []),
    element('span', { class: 'party' }, step.party),
  );
  markRow(option, page, row);
  return option;
}

/** `+4 steps`, of which the eye sees the number. */
function omitted(count: number): HTMLElement {
  const words = element('span', { class: 'unseen' }, count === 1 ? ' step' : ' steps');
  return element('span', { class: 'omitted' }, `+${String(count)}`, words);
}

function times({ length, times: count, open }: NonNullable<PageRow['repeat']>): HTMLElement {
  const what = length === 1 ? 'This step' : `These ${String(length)} steps`;
  const action = open ? 'show them once (←)' : 'show them all (→)';
  return element(
    'span',
    { class: open ? 'times open' : 'times', title: `${what}, ${String(count)} times in a row: ${action}` },
    `× ${String(count)}`,
  );
}
