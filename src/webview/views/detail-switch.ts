import type { Detail } from '../../protocol/panel-state.ts';
import { element } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';

const DETAILS: readonly { readonly detail: Detail; readonly label: string; readonly title: string }[] = [
  { detail: 'overview', label: 'Overview', title: 'Only the steps where party or context change' },
  { detail: 'all', label: 'All steps', title: 'Every step' },
];

/** Chooses how much of a cycle is shown: radio buttons that look like one switch. */
export function detailSwitch(store: PanelStore): HTMLElement {
  const inputs = DETAILS.map(({ detail }) => {
    const input = element('input', { type: 'radio', name: 'detail', value: detail });
    input.addEventListener('change', () => {
      store.look({ detail });
    });
    return input;
  });
  const view = element(
    'div',
    { class: 'switch', role: 'radiogroup', 'aria-label': 'Detail' },
    ...DETAILS.map(({ label, title }, i) => element('label', { title }, inputs[i] ?? '', label)),
  );
  store.subscribe(({ state }) => {
    DETAILS.forEach(({ detail }, i) => {
      const input = inputs[i];
      if (input) input.checked = detail === state.detail;
    });
  });
  return view;
}
