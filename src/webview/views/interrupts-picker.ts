import { element } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';

const CHOICES = [100, 1_000, 10_000, 100_000];

/** Chooses how many interrupts are run. */
export function interruptsPicker(store: PanelStore): HTMLElement {
  const select = element('select', {
    class: 'select',
    'aria-label': 'Number of interrupts',
    title: 'How many interrupts are run',
  });
  let choices: readonly number[] = [];
  select.addEventListener('change', () => {
    const chosen = choices[select.selectedIndex];
    if (chosen !== undefined) store.setInterrupts(chosen);
  });
  store.subscribe(({ state: { interrupts } }, before) => {
    if (before?.state.interrupts === interrupts) return;
    choices = [...new Set([...CHOICES, interrupts])].sort((a, b) => a - b);
    select.replaceChildren(
      ...choices.map((choice) => element('option', {}, `${grouped(choice)} interrupts`)),
    );
    select.selectedIndex = choices.indexOf(interrupts);
  });
  return select;
}

/** 100 000, with narrow no-break spaces. */
function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, '\u202f');
}
