import type { Offer } from '../../protocol/panel-state.ts';
import { element, icon } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';

/** What the extension offers to show, as buttons: the case, the path that follows from it, and why. */
export function offerList(offers: readonly Offer[], store: PanelStore): HTMLElement {
  return element(
    'ul',
    { class: 'offer-list' },
    ...offers.map((offer, i) => {
      const control = `${offer.title} ${offer.path}`;
      const button = element(
        'button',
        { class: 'offer', type: 'button', 'data-control': control },
        ...headOf(offer),
      );
      if (offer.detail !== '') button.append(element('span', { class: 'offer-detail' }, offer.detail));
      button.addEventListener('click', () => {
        store.takeOffer(i);
      });
      return element('li', {}, button);
    }),
  );
}

function headOf({ title, path }: Offer): HTMLElement[] {
  const parts = [
    ...(title === '' ? [] : [element('span', { class: 'offer-title' }, title)]),
    ...(path === '' ? [] : [element('code', {}, path)]),
  ];
  return [
    element(
      'span',
      { class: 'offer-head' },
      ...parts.flatMap((part, i) => (i === 0 ? [part] : [icon('arrow-right'), part])),
    ),
  ];
}
