import { element, iconButton } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';
import { detailSwitch } from './detail-switch.ts';
import { hideMenu } from './hide-menu.ts';
import { interruptsPicker } from './interrupts-picker.ts';
import type { Drawing } from './run-view.ts';
import { shapePicker } from './shape-picker.ts';
import { stepSearch } from './step-search.ts';

/** The row between answer and diagram: which run and shape, what of it, search, copy, zoom. */
export function toolbar(store: PanelStore, diagram: Drawing): HTMLElement {
  const scale = element('button', { class: 'scale', type: 'button', title: 'Zoom to 100 %' });
  scale.addEventListener('click', () => {
    diagram.zoomTo(1);
  });
  diagram.onScale((value) => {
    scale.textContent = `${String(Math.round(value * 100))} %`;
    scale.setAttribute('aria-label', `Zoom: ${String(Math.round(value * 100))} %. Zoom to 100 %`);
  });
  const view = element(
    'div',
    { class: 'toolbar', role: 'toolbar', 'aria-label': 'Diagram' },
    interruptsPicker(store),
    shapePicker(store),
    detailSwitch(store),
    hideMenu(store),
    stepSearch(store),
    element('span', { class: 'spring' }),
    iconButton('copy', 'Copy diagram as Mermaid', () => {
      store.command('copyMermaid');
    }),
    iconButton('output', 'Copy steps as text', () => {
      store.command('copyText');
    }),
    element('span', { class: 'gap' }),
    iconButton('zoom-out', 'Zoom out (Ctrl+wheel)', () => {
      diagram.zoomBy(1 / 1.25);
    }),
    scale,
    iconButton('zoom-in', 'Zoom in (Ctrl+wheel)', () => {
      diagram.zoomBy(1.25);
    }),
    iconButton('screen-full', 'Fit the width; again: all of it', () => {
      diagram.fit();
    }),
  );
  store.subscribe(({ state }) => {
    view.hidden = state.answer === null;
  });
  return view;
}
