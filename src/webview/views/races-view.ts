import { element } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';
import { raceView } from './race-view.ts';
import { focusOn, racesList } from './races-list.ts';
import { racesProgress } from './races-progress.ts';

/** The *Races* tab: the list of what can go wrong, or one run in which it does. */
export function racesView(store: PanelStore, report: (problem: string) => void): HTMLElement {
  const list = racesList(store);
  const race = raceView(store, report);
  const progress = racesProgress(store);
  const none = element(
    'p',
    { class: 'races-none dim' },
    'Races are looked for in one device or path, not in several.',
  );
  const view = element('div', { class: 'races-tab' }, none, progress, list);
  let last: string | null = null;
  let isRace = false;
  list.addEventListener('click', ({ target }) => {
    last = (target instanceof HTMLElement ? target.dataset.show : undefined) ?? last;
  });
  store.subscribe(({ state }) => {
    const { races, tab } = state;
    const wasRace = isRace;
    isRace = races !== null && races.shown !== null;
    none.hidden = races !== null;
    progress.hidden = races === null || (isRace && races.exploring === null);
    list.hidden = races === null || isRace;
    // Out of the page while it is not seen: its steps and its diagram are many.
    const isSeen = isRace && tab === 'races';
    if (!isSeen) race.remove();
    // What is put where it is already loses the focus.
    else if (race.parentElement !== view) view.append(race);
    if (wasRace && !isRace && last !== null) focusOn(list, last);
  });
  return view;
}
