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
}

/** Loads the part that draws charts, puts a chart into a place, and lets `readout` say what the pointer is over. */
export type ChartLoader = (place: HTMLElement, readout: HTMLElement) => Promise<SpreadChart>;

/** A part of the page that is there when it is asked for. */
export interface SpreadView {
  /** The spread in a sentence, or what is being done about it. */
  readonly sentence: HTMLElement;
  readonly element: HTMLElement;
  readonly show: (shown: boolean) => void;
}

/** How the times of many interrupts are spread. They are run when it is first looked at, and after every change. */
export function spreadView(
  store: PanelStore,
  ask: (run: number) => Promise<Result<Spread>>,
  loadChart: ChartLoader,
  selectShape: (shape: number) => void,
): SpreadView {
  const sentence = element('p', { class: 'time-sentence', role: 'status', 'data-testid': 'spread-sentence' });
  const place = element('div', { class: 'spread-chart', role: 'img', 'data-testid': 'spread-chart' });
  const table = element('div', { class: 'spread-table' });
  let measure: Measure = 'latency';
  let spread: Spread | null = null;
  let chart: SpreadChart | null = null;
  let asked = -1;
  /** Titles of the shapes of the run that is shown: some kinds of cycles may not be among them. */
  let shapes: readonly string[] = [];
  let units = 'interrupts';
  const choice = segmented<Measure>(
    'Time',
    [
      { id: 'latency', title: '' },
      { id: 'completion', title: 'To ready again' },
    ],
    (wanted) => {
      measure = wanted;
      show();
    },
  );
  const readout = element('span', { class: 'spread-readout' });
  const view = element(
    'div',
    { class: 'spread', 'data-testid': 'spread' },
    element('div', { class: 'spread-head' }, choice.element, readout),
    place,
    table,
  );
  let visible = false;

  function show(): void {
    choice.choose(measure);
    view.hidden = !visible || spread === null;
    if (!spread) return;
    sentence.textContent = summary(spread, measure, units);
    place.setAttribute(
      'aria-label',
      `Histogram. ${summary(spread, measure, units)}. The table below has its figures.`,
    );
    chart?.show(spread, measure);
    table.replaceChildren(
      spreadTable(spread, measure, (kind) => {
        const shape = shapes.findIndex((title) => title === kind || title.startsWith(`${kind};`));
        if (shape < 0) return undefined;
        return () => {
          selectShape(shape);
        };
      }),
    );
  }

  async function load(run: number): Promise<void> {
    asked = run;
    sentence.textContent = `Running some thousands of ${units} …`;
    const answer = await ask(run);
    if (asked !== run) return;
    if (!answer.ok) sentence.textContent = answer.error;
    spread = answer.ok ? answer.value : null;
    // It has to be laid out before a chart can be put into it.
    view.hidden = !visible || spread === null;
    chart ??= await loadChart(place, readout);
    show();
  }

  let run = -1;
  /** Whether the user looks at this part of the panel at all: nothing is run for nobody. */
  let looked = false;
  const update = (): void => {
    if (visible && looked && run >= 0 && run !== asked) void load(run);
  };
  store.subscribe(({ state }) => {
    run = state.answer?.run ?? -1;
    shapes = (state.answer?.shapes ?? []).map(({ title }) => title);
    if (state.answer) {
      const { unit, destination } = state.answer.words;
      units = `${unit}s`;
      choice.rename('latency', `To ${destination}`);
    }
    looked = state.tab === 'path' && state.view === 'time';
    update();
  });
  return {
    sentence,
    element: view,
    show(shown) {
      visible = shown;
      sentence.hidden = !shown;
      update();
      show();
    },
  };
}

function summary({ interrupts, latencyNs, completionNs }: Spread, measure: Measure, units: string): string {
  const { p50, p90, p99, max } = measure === 'latency' ? latencyNs : completionNs;
  const figures = `median ${clock(p50)}, 90 % ${clock(p90)}, 99 % ${clock(p99)}, longest ${clock(max)}`;
  return `${interrupts.toLocaleString('en')} ${units}: ${figures}`;
}
