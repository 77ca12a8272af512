import { element } from '../dom.ts';
import { grouped } from '../format.ts';
import type { PanelStore } from '../panel-store.ts';

const CHOICES = [100, 1_000, 10_000, 100_000];

/** Chooses how many interrupts are run, or requests of a path to the device. */
export function interruptsPicker(store: PanelStore): HTMLElement {
  const select = element('select', { class: 'select' });
  let choices: readonly number[] = [];
  select.addEventListener('change', () => {
    const chosen = choices[select.selectedIndex];
    if (chosen !== undefined) store.setInterrupts(chosen);
  });
  let shown = '';
  store.subscribe(({ state: { interrupts, answer } }) => {
    const units = `${answer?.words.unit ?? 'interrupt'}s`;
    if (shown === `${String(interrupts)} ${units}`) return;
    shown = `${String(interrupts)} ${units}`;
    select.setAttribute('aria-label', `Number of ${units}`);
    select.title = `How many ${units} are run`;
    choices = [...new Set([...CHOICES, interrupts])].sort((a, b) => a - b);
    select.replaceChildren(...choices.map((choice) => element('option', {}, `${grouped(choice)} ${units}`)));
    select.selectedIndex = choices.indexOf(interrupts);
  });
  return select;
}
