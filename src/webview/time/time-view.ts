import type { Spread } from '../../analysis/spread.ts';
import type { Result } from '../../base/result.ts';
import type { LatencyOfShape } from '../../protocol/timing.ts';
import { element } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';
import type { Drawing } from '../views/run-view.ts';
import { latencyBar } from './latency-bar.ts';
import { LanesView } from './lanes-view.ts';
import type { ChartLoader } from './spread-view.ts';
import { spreadView } from './spread-view.ts';

/** Where what is drawn in time comes from. */
export interface TimingSource {
  latency(run: number, shape: number): Promise<Result<LatencyOfShape>>;
  spread(run: number): Promise<Result<Spread>>;
}

/** A run in time: where the latency goes, who is busy when, and how the times of many interrupts are spread. */
export function timeView(store: PanelStore, source: TimingSource, loadChart: ChartLoader): Drawing {
  const lanes = new LanesView(store);
  const latency = element('section', { class: 'latency', 'aria-label': 'Latency' });
  const view = element(
    'div',
    { class: 'time-view' },
    latency,
    lanes.element,
    spreadView(store, (run) => source.spread(run), loadChart),
  );
  let asked = '';
  const load = async (run: number, shape: number): Promise<void> => {
    const answer = await source.latency(run, shape);
    if (asked !== `${String(run)} ${String(shape)}`) return;
    if (!answer.ok) {
      latency.replaceChildren(element('p', { class: 'problem' }, answer.error));
      return;
    }
    latency.replaceChildren(
      ...latencyBar(answer.value, (position) => {
        store.selectStep(position);
      }),
    );
    lanes.showHandler(answer.value.taken);
  };
  store.subscribe(({ state, page }) => {
    if (state.view !== 'time' || !page) return;
    const key = `${String(page.run)} ${String(page.shape)}`;
    if (key === asked) return;
    asked = key;
    void load(page.run, page.shape);
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
