import { element } from '../dom.ts';

/** A check box with the words that belong to it. */
export interface CheckBox {
  readonly label: HTMLElement;
  readonly input: HTMLInputElement;
}

/** A new check box; `changed` is told when the user ticks it or takes the tick away. */
export function checkBox(words: string, title: string, changed: () => void): CheckBox {
  const input = element('input', { type: 'checkbox' });
  input.addEventListener('change', changed);
  return { label: element('label', { class: 'check-box', title }, input, words), input };
}
