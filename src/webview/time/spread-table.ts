import type { Percentiles, Spread } from '../../analysis/spread.ts';
import { element, linkButton } from '../dom.ts';
import { clock } from '../format.ts';
import { percentilesOf } from './spread-data.ts';
import type { Measure } from './spread-data.ts';

/** What the histogram shows, as a table: the kinds of cycles, and how the time of each is spread. */
export function spreadTable(
  spread: Spread,
  measure: Measure,
  goTo: (title: string) => (() => void) | undefined,
): HTMLTableElement {
  const head = ['Cycle', 'Share', 'Median', '90 %', '99 %', 'Longest'];
  const rows = spread.kinds.map(({ title, count, latencyNs, completionNs }, kind) => {
    const show = goTo(title);
    return element(
      'tr',
      {},
      element(
        'th',
        { scope: 'row' },
        element(
          'div',
          { class: 'kind' },
          element('span', { class: `swatch kind-${String(kind)}`, 'aria-hidden': 'true' }),
          show ? linkButton(title, 'Show such a cycle', show) : title,
        ),
      ),
      element('td', {}, share(count, spread.interrupts)),
      ...figures(measure === 'latency' ? latencyNs : completionNs),
    );
  });
  const all = element(
    'tr',
    { class: 'all' },
    element('th', { scope: 'row' }, 'all'),
    element('td', {}, spread.interrupts.toLocaleString('en')),
    ...figures(percentilesOf(spread, measure)),
  );
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...head.map((name) => element('th', { scope: 'col' }, name)))),
    element('tbody', {}, ...rows, ...(rows.length > 1 ? [all] : [])),
  );
}

function figures({ p50, p90, p99, max }: Percentiles): HTMLElement[] {
  return [p50, p90, p99, max].map((time) => element('td', {}, max === 0 ? '—' : clock(time)));
}

/** In percent; a share that would round to nothing is a count. */
function share(count: number, of: number): string {
  const percent = (100 * count) / of;
  return percent >= 0.1 ? `${String(Number(percent.toPrecision(2)))} %` : `${String(count)} ×`;
}
