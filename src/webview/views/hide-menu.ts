import type { PageParty } from '../../protocol/page.ts';
import { element, icon } from '../dom.ts';
import { homeInWords } from '../format.ts';
import type { PanelStore } from '../panel-store.ts';
import { checkBox } from './check-box.ts';
import type { CheckBox } from './check-box.ts';

const HOMES: readonly PageParty['home'][] = ['hardware', 'kernel', 'qemu', 'process', 'guest'];

/** What is not shown, repeats and parties: a button that opens a list of check boxes. */
export function hideMenu(store: PanelStore): HTMLElement {
  const words = element('span', {});
  const button = element(
    'button',
    { class: 'menu-button', type: 'button', 'aria-expanded': 'false', 'aria-controls': 'hide-menu' },
    words,
    icon('chevron-down'),
  );
  const menu = element('div', { id: 'hide-menu', class: 'menu', role: 'group', 'aria-label': 'Hide' });
  const view = element('div', { class: 'hide-menu' }, button, menu);
  opens(view, button, menu);
  let elsewhere: readonly string[] = [];
  let boxes: readonly (CheckBox & { readonly party: string })[] = [];
  const choose = (): void => {
    const checked = boxes.filter(({ input }) => input.checked).map(({ party }) => party);
    store.look({ hidden: [...elsewhere, ...checked].sort() });
  };
  const repeats = checkBox('Repeats', 'Shows once what comes several times in a row, and how often', () => {
    store.look({ folds: repeats.input.checked });
  });
  store.subscribe(({ state, page }, before) => {
    if (page && !isOf(before?.page?.parties, page.parties)) {
      const made = page.parties.map(({ party, home, steps }) => ({
        party,
        home,
        ...checkBox(
          party,
          `${homeInWords(home)}, ${String(steps)} ${steps === 1 ? 'step' : 'steps'}`,
          choose,
        ),
      }));
      boxes = made;
      const groups = HOMES.map((home) => ({ home, own: made.filter((box) => box.home === home) }));
      menu.replaceChildren(
        repeats.label,
        ...groups
          .filter(({ own }) => own.length > 0)
          .flatMap(({ home, own }) => [
            element('div', { class: 'menu-title', 'aria-hidden': 'true' }, homeInWords(home)),
            ...own.map(({ label }) => label),
          ]),
      );
    }
    repeats.input.checked = state.folds;
    for (const { party, input } of boxes) input.checked = state.hidden.includes(party);
    elsewhere = state.hidden.filter((hidden) => boxes.every(({ party }) => party !== hidden));
    const count = state.hidden.length - elsewhere.length;
    words.textContent = count === 0 ? 'Hide' : `Hide (${String(count)})`;
  });
  return view;
}

/** Opens the menu by its button; closes it by Escape, by a press elsewhere, and when the focus leaves it. */
function opens(view: HTMLElement, button: HTMLElement, menu: HTMLElement): void {
  const open = (isOpen: boolean): void => {
    menu.hidden = !isOpen;
    button.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) keepInside(menu);
    if (isOpen) menu.querySelector('input')?.focus();
  };
  open(false);
  button.addEventListener('click', () => {
    open(menu.hidden !== false);
  });
  view.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || menu.hidden) return;
    event.stopPropagation();
    open(false);
    button.focus();
  });
  view.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !view.contains(relatedTarget)) open(false);
  });
  document.addEventListener('pointerdown', ({ target }) => {
    if (!menu.hidden && target instanceof Node && !view.contains(target)) open(false);
  });
}

/** Moves a menu that would hang over the right edge of the panel. */
function keepInside(menu: HTMLElement): void {
  menu.style.left = '0';
  const over = menu.getBoundingClientRect().right + 8 - document.documentElement.clientWidth;
  if (over > 0) menu.style.left = `${String(-over)}px`;
}

function isOf(before: readonly PageParty[] | undefined, now: readonly PageParty[]): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}
