import type { Page } from '../../protocol/page.ts';
import { element } from '../dom.ts';

/** Says of a list how the rows of its page are marked: whether they have times, and another run beside them. */
export function markList(list: HTMLElement, page: Page | null): void {
  list.classList.toggle('untimed', page?.isTimed === false);
  list.classList.toggle('has-beside', page !== null && page.beside !== null);
}

/** Gives row number `row` of a step list the marks that its page has for it, and what the other run does. */
export function markRow(option: HTMLElement, page: Page, row: number): void {
  for (const { kind, words } of page.marks.filter((mark) => mark.row === row)) {
    option.classList.add(`mark-${kind}`);
    if (words === '') continue;
    option.querySelector('.label')?.append(element('span', { class: `badge ${kind}`, title: words }, words));
  }
  const beside = page.beside?.[row];
  if (beside !== undefined) option.append(besideText(beside, page.rows[row]?.label ?? ''));
}

function besideText(label: string, own: string): HTMLElement {
  const other = label.startsWith(`${own}: `) ? label.slice(own.length + 2) : label;
  if (label === own) return element('span', { class: 'beside same', title: 'does the same' }, label);
  if (label === '')
    return element('span', { class: 'beside waits', title: 'cannot take this turn' }, 'waits');
  return element('span', { class: 'beside other', title: label }, other);
}
