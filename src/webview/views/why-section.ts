import type { Reason } from '../../protocol/panel-state.ts';
import { element, icon } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';

/** Why this path is taken, in the order in which it is decided, and why the others are not. */
export function whySection(store: PanelStore): HTMLElement {
  const view = element('div', { class: 'why-section', 'data-testid': 'why' });
  store.subscribe(({ state }, before) => {
    if (before?.state.answer === state.answer) return;
    const reasons = state.answer?.reasons ?? [];
    const taken = reasons.filter((reason) => reason.rejects === null);
    const rejected = reasons.filter((reason) => reason.rejects !== null);
    view.replaceChildren();
    if (taken.length > 0) {
      view.append(element('ol', { class: 'reasons' }, ...taken.map((reason) => reasonItem(reason, 'check'))));
    }
    if (rejected.length > 0) {
      view.append(
        element('h2', {}, 'Not taken'),
        element('ul', { class: 'reasons' }, ...rejected.map((reason) => reasonItem(reason, 'circle-slash'))),
      );
    }
  });
  return view;
}

function reasonItem({ because, source, rejects }: Reason, mark: string): HTMLElement {
  const words = element('span', { class: 'because' });
  if (rejects !== null) words.append(element('code', {}, rejects), ' ');
  words.append(because);
  return element('li', {}, icon(mark), words, element('span', { class: 'source' }, source));
}
