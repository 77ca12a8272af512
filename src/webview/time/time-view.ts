import type { Spread } from '../../analysis/spread.ts';
import type { Result } from '../../base/result.ts';
import type { Answer } from '../../protocol/panel-state.ts';
import type { TimedShape } from '../../protocol/timing.ts';
import { element } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';
import type { Drawing } from '../views/run-view.ts';
import { segmented } from '../views/segmented.ts';
import { latencyBar } from './latency-bar.ts';
import { LanesView } from './lanes-view.ts';
import type { ChartLoader } from './spread-view.ts';
import { spreadView } from './spread-view.ts';

/** Where what is drawn in time comes from. */
export interface TimingSource {
  shape(run: number, shape: number): Promise<Result<TimedShape>>;
  spread(run: number): Promise<Result<Spread>>;
}

type Part = 'cycle' | 'many';

/** A run in time: where the latency of a cycle goes and who is busy when, or how the times of many are spread. */
export function timeView(store: PanelStore, source: TimingSource, loadChart: ChartLoader): Drawing {
  const lanes = new LanesView((step) => {
    store.selectStep(step);
  });
  const spread = spreadView(
    store,
    (run) => source.spread(run),
    loadChart,
    (shape) => {
      store.selectShape(shape);
      show('cycle');
    },
  );
  const sentence = element('p', { class: 'time-sentence', 'data-testid': 'latency' });
  const parts = element('section', { class: 'latency', 'aria-label': 'Latency' });
  const cycle = element('div', { class: 'one-cycle' }, parts, lanes.element);
  const { element: choice, choose } = segmented<Part>(
    'In time',
    [
      { id: 'cycle', title: 'One cycle' },
      { id: 'many', title: 'Many cycles' },
    ],
    (part) => {
      show(part);
    },
  );
  function show(part: Part): void {
    choose(part);
    cycle.hidden = part !== 'cycle';
    sentence.hidden = part !== 'cycle';
    spread.show(part === 'many');
  }
  show('cycle');
  const view = element(
    'div',
    { class: 'time-view' },
    element('div', { class: 'time-head' }, sentence, spread.sentence, choice),
    cycle,
    spread.element,
  );
  let asked = '';
  const load = async ({ run, words }: Answer, shape: number): Promise<void> => {
    const answer = await source.shape(run, shape);
    if (asked !== keyOf(run, shape)) return;
    if (!answer.ok) {
      sentence.replaceChildren(answer.error);
      return;
    }
    const { rows, steps, taken, shares } = answer.value;
    const bar = latencyBar(shares, words, (position) => {
      store.selectStep(position);
    });
    const cut =
      rows.length < steps
        ? ` The lanes show the first ${String(rows.length)} of ${String(steps)} steps.`
        : '';
    sentence.replaceChildren(...bar.sentence, cut);
    parts.replaceChildren(...bar.parts);
    lanes.show(rows, taken, words.unit === 'request' ? 'device' : 'handler');
  };
  store.subscribe(({ state: { answer, view: drawing, shape, step } }) => {
    lanes.select(step);
    if (drawing !== 'time' || !answer || keyOf(answer.run, shape) === asked) return;
    asked = keyOf(answer.run, shape);
    void load(answer, shape);
  });
  return {
    element: view,
    zoomBy(factor) {
      lanes.zoomBy(factor);
    },
    zoomTo(scale) {
      lanes.zoomTo(scale);
    },
    fit() {
      lanes.fit();
    },
    onScale(listener) {
      lanes.onScale(listener);
    },
  };
}

function keyOf(run: number, shape: number): string {
  return `${String(run)} ${String(shape)}`;
}
