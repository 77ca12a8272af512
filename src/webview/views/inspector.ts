import type { Section } from '../../protocol/panel-state.ts';
import { element } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';
import { numbersSection } from './numbers-section.ts';
import { stateSection } from './state-section.ts';
import { stepSection } from './step-section.ts';
import { tabStrip } from './tab-strip.ts';
import { whySection } from './why-section.ts';

/** The lower part of the panel: the current step, why this path is taken, and the numbers of the run. */
export function inspector(store: PanelStore): HTMLElement {
  const openCode = (at: string): void => {
    store.openCode(at);
  };
  const { strip, panels, choose } = tabStrip<Section>(
    'section',
    'Details',
    [
      { id: 'step', title: 'Step', content: stepSection(store, openCode) },
      { id: 'state', title: 'State', content: stateSection(store) },
      { id: 'why', title: 'Why this path', content: whySection(store) },
      { id: 'numbers', title: 'Numbers', content: numbersSection(store) },
    ],
    (section) => {
      store.look({ section });
    },
  );
  // They scroll, so the keyboard must be able to reach them.
  for (const panel of panels) panel.tabIndex = 0;
  store.subscribe(({ state }) => {
    choose(state.section);
  });
  return element('section', { class: 'inspector', 'aria-label': 'Details' }, strip, ...panels);
}
