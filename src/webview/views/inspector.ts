import type { Section } from '../../protocol/panel-state.ts';
import { element } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';
import { numbersSection } from './numbers-section.ts';
import { stateSection } from './state-section.ts';
import { stepSection } from './step-section.ts';
import { whySection } from './why-section.ts';

const SECTIONS: readonly { readonly id: Section; readonly title: string }[] = [
  { id: 'step', title: 'Step' },
  { id: 'state', title: 'State' },
  { id: 'why', title: 'Why this path' },
  { id: 'numbers', title: 'Numbers' },
];

/** The lower part of the panel: the current step, why this path is taken, and the numbers of the run. */
export function inspector(store: PanelStore): HTMLElement {
  const contents: Record<Section, HTMLElement> = {
    step: stepSection(store),
    state: stateSection(store),
    why: whySection(store),
    numbers: numbersSection(store),
  };
  const tabs = SECTIONS.map(({ id, title }) => tabFor(id, title, store));
  const strip = element('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Details' }, ...tabs);
  strip.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = SECTIONS[tabs.findIndex((tab) => tab === document.activeElement) + step];
    if (step === 0 || !next) return;
    event.preventDefault();
    store.showSection(next.id);
    tabs[SECTIONS.indexOf(next)]?.focus();
  });
  const panels = SECTIONS.map(({ id }) =>
    element(
      'div',
      {
        id: `section-${id}`,
        class: 'section',
        role: 'tabpanel',
        tabindex: '0',
        'aria-labelledby': `tab-${id}`,
      },
      contents[id],
    ),
  );
  store.subscribe(({ state }) => {
    SECTIONS.forEach(({ id }, i) => {
      const shown = state.section === id;
      tabs[i]?.setAttribute('aria-selected', String(shown));
      tabs[i]?.setAttribute('tabindex', shown ? '0' : '-1');
      const panel = panels[i];
      if (panel) panel.hidden = !shown;
    });
  });
  return element('section', { class: 'inspector', 'aria-label': 'Details' }, strip, ...panels);
}

function tabFor(id: Section, title: string, store: PanelStore): HTMLButtonElement {
  const tab = element(
    'button',
    { id: `tab-${id}`, class: 'tab', role: 'tab', type: 'button', 'aria-controls': `section-${id}` },
    title,
  );
  tab.addEventListener('click', () => {
    store.showSection(id);
  });
  return tab;
}
