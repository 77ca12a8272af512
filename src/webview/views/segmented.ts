import { element } from '../dom.ts';

/** A few choices side by side of which one holds: a radio group with arrow keys. */
export interface Segmented<Id extends string> {
  readonly element: HTMLElement;
  readonly choose: (id: Id) => void;
  /** Gives a choice another title. */
  readonly rename: (id: Id, title: string) => void;
}

/** `chosen` is told when the user goes to another choice; what is shown then follows from `choose`. */
export function segmented<Id extends string>(
  label: string,
  choices: readonly { readonly id: Id; readonly title: string }[],
  chosen: (id: Id) => void,
): Segmented<Id> {
  const buttons = choices.map(({ id, title }) => {
    const button = element('button', { class: 'choice', type: 'button', role: 'radio' }, title);
    button.addEventListener('click', () => {
      chosen(id);
    });
    return button;
  });
  const group = element('div', { class: 'segmented', role: 'radiogroup', 'aria-label': label }, ...buttons);
  group.addEventListener('keydown', (event) => {
    const forward = event.key === 'ArrowRight' || event.key === 'ArrowDown';
    const back = event.key === 'ArrowLeft' || event.key === 'ArrowUp';
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (at < 0 || !(forward || back)) return;
    event.preventDefault();
    const to = (at + (forward ? 1 : -1) + choices.length) % choices.length;
    const choice = choices[to];
    if (choice) chosen(choice.id);
    buttons[to]?.focus();
  });
  return {
    element: group,
    choose(wanted) {
      choices.forEach(({ id }, i) => {
        buttons[i]?.setAttribute('aria-checked', String(id === wanted));
        buttons[i]?.setAttribute('tabindex', id === wanted ? '0' : '-1');
      });
    },
    rename(id, title) {
      const button = buttons[choices.findIndex((choice) => choice.id === id)];
      if (button && button.textContent !== title) button.textContent = title;
    },
  };
}
