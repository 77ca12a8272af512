import type { Spread } from '../../analysis/spread.ts';
import type { Result } from '../../base/result.ts';
import { element } from '../dom.ts';
import { clock } from '../format.ts';
import type { PanelStore } from '../panel-store.ts';
import { segmented } from '../views/segmented.ts';
import type { Measure } from './spread-data.ts';
import { spreadTable } from './spread-table.ts';

/** A chart in the page; it follows the theme and the width of its place. */
export interface SpreadChart {
  readonly show: (spread: Spread, measure: Measure) => void;
  readonly clear: () => void;
}

/** Loads the part that draws charts, and puts a chart into a place. */
export type ChartLoader = (place: HTMLElement) => Promise<SpreadChart>;

/** How the times of many interrupts are spread: folded away until it is asked for, as it has to be run first. */
export function spreadView(
  store: PanelStore,
  ask: (run: number) => Promise<Result<Spread>>,
  loadChart: ChartLoader,
): HTMLElement {
  const title = element('span', { class: 'spread-title' });
  const status = element('p', { class: 'spread-status', role: 'status' });
  const place = element('div', { class: 'spread-chart', role: 'img', 'data-testid': 'spread-chart' });
  const table = element('div', { class: 'spread-table' });
  let measure: Measure = 'latency';
  let spread: Spread | null = null;
  let chart: SpreadChart | null = null;
  let asked = -1;
  /** Titles of the shapes of the run that is shown: some kinds of cycles may not be among them. */
  let shapes: readonly string[] = [];
  const choice = segmented<Measure>(
    'Time',
    [
      { id: 'latency', title: 'To the handler' },
      { id: 'completion', title: 'To ready again' },
    ],
    (wanted) => {
      measure = wanted;
      show();
    },
  );
  const content = element('div', { class: 'spread-content' }, choice.element, place, table);
  const view = element(
    'details',
    { class: 'spread', 'data-testid': 'spread' },
    element('summary', {}, title),
    status,
    content,
  );

  function show(): void {
    choice.choose(measure);
    title.textContent = spread ? summary(spread, measure) : 'Spread over thousands of interrupts';
    content.hidden = spread === null;
    if (!spread) return;
    place.setAttribute(
      'aria-label',
      `Histogram. ${summary(spread, measure)}. The table below has its figures.`,
    );
    chart?.show(spread, measure);
    table.replaceChildren(
      spreadTable(spread, measure, (kind) => {
        const shape = shapes.findIndex((title) => title === kind || title.startsWith(`${kind};`));
        if (shape < 0) return undefined;
        return () => {
          store.selectShape(shape);
        };
      }),
    );
  }

  async function load(run: number): Promise<void> {
    asked = run;
    status.textContent = 'Running some thousands of interrupts …';
    const answer = await ask(run);
    if (asked !== run) return;
    status.textContent = answer.ok ? '' : answer.error;
    spread = answer.ok ? answer.value : null;
    content.hidden = spread === null;
    chart ??= await loadChart(place);
    show();
  }

  let run = -1;
  const update = (): void => {
    if (view.open && run >= 0 && run !== asked) void load(run);
  };
  view.addEventListener('toggle', update);
  store.subscribe(({ state }) => {
    const next = state.answer?.run ?? -1;
    if (next === run) return;
    run = next;
    shapes = (state.answer?.shapes ?? []).map(({ title: words }) => words);
    spread = null;
    chart?.clear();
    show();
    if (state.view === 'time') update();
  });
  return view;
}

function summary({ interrupts, latencyNs, completionNs }: Spread, measure: Measure): string {
  const { p50, p90, p99, max } = measure === 'latency' ? latencyNs : completionNs;
  const figures = `median ${clock(p50)}, 90 % ${clock(p90)}, 99 % ${clock(p99)}, longest ${clock(max)}`;
  return `Spread over ${interrupts.toLocaleString('en')} interrupts: ${figures}`;
}
