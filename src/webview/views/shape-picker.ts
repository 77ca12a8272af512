import type { ShapeEntry } from '../../protocol/panel-state.ts';
import { element } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';

/** Chooses which of the run's shapes is shown: `Shape 1/2 × 188, no spurious interrupt`. */
export function shapePicker(store: PanelStore): HTMLElement {
  const select = element('select', { class: 'select', 'aria-label': 'Shape of the cycle' });
  const view = element('div', { class: 'shape-picker' }, select);
  select.addEventListener('change', () => {
    store.selectShape(select.selectedIndex);
  });
  store.subscribe(({ state }, before) => {
    const shapes = state.answer?.shapes ?? [];
    if (before?.state.answer !== state.answer) {
      select.replaceChildren(
        ...shapes.map((shape, i) => element('option', {}, entryText(shape, i, shapes.length))),
      );
    }
    select.selectedIndex = state.shape;
    select.disabled = shapes.length < 2;
    view.hidden = shapes.length === 0;
  });
  return view;
}

function entryText(shape: ShapeEntry, index: number, total: number): string {
  const title = shape.title === '' ? '' : ` — ${shape.title}`;
  return `Shape ${String(index + 1)}/${String(total)} × ${String(shape.count)}${title}`;
}
