import type { RacesProgress } from '../../protocol/races-state.ts';
import { element } from '../dom.ts';
import { grouped } from '../format.ts';
import { hasFocus } from '../keep-focus.ts';
import type { PanelStore } from '../panel-store.ts';

/** The row that says what is being explored and how far it is, with the buttons that begin, end and go on. */
export function racesProgress(store: PanelStore): HTMLElement {
  const button = (label: string, kind: string, press: () => void): HTMLButtonElement => {
    const created = element('button', { class: kind, type: 'button' }, label);
    created.addEventListener('click', press);
    return created;
  };
  const explore = button('Explore', 'button', () => {
    store.command('explore');
  });
  const cancel = button('Cancel', 'button secondary', () => {
    store.command('stopExploring');
  });
  const goOn = button('Continue', 'button', () => {
    store.command('goOnExploring');
    show(null);
  });
  const what = element('span', { class: 'exploring', role: 'status', 'data-testid': 'exploring' });
  const numbers = element('span', { class: 'numbers', 'data-testid': 'exploring-numbers' });
  const uncovered = element('p', { class: 'uncovered', role: 'status', 'data-testid': 'uncovered' });
  const bar = element('div', { class: 'progress-bar', 'aria-hidden': 'true' });
  const view = element(
    'div',
    { class: 'races-progress' },
    element('div', { class: 'row' }, explore, goOn, cancel, what, numbers),
    bar,
    uncovered,
  );
  let exploring: string | null = null;
  const show = (progress: RacesProgress | null): void => {
    const isPaused = exploring !== null && progress?.isPaused === true;
    goOn.hidden = !isPaused;
    bar.classList.toggle('running', exploring !== null && !isPaused);
    cancel.textContent = isPaused ? 'Stop here' : 'Cancel';
    numbers.textContent = progress && exploring !== null ? numbersText(progress) : '';
    uncovered.hidden = !isPaused;
    uncovered.textContent = isPaused ? uncoveredText(progress) : '';
  };
  store.subscribe(({ state }, before) => {
    const now = state.races?.exploring ?? null;
    if (before && now === exploring) return;
    const hadFocus = hasFocus(view);
    exploring = now;
    explore.hidden = now !== null;
    cancel.hidden = now === null;
    what.textContent = now === null ? '' : `Looking for ${now}`;
    show(null);
    // The button that was pressed is gone.
    if (hadFocus) (now === null ? explore : cancel).focus();
  });
  store.onRacesProgress(show);
  return view;
}

function numbersText({ states, frontier, statesPerSecond }: RacesProgress): string {
  const rest =
    frontier === 0 ? 'all seen; looking for endless runs' : `${grouped(frontier)} still to look at`;
  return `${grouped(states)} states · ${rest} · ${grouped(statesPerSecond)} states/s`;
}

function uncoveredText({ states, frontier }: RacesProgress): string {
  return (
    `Paused: ${grouped(states)} states are known, ${grouped(frontier)} of them are still to be looked at. ` +
    'Not covered are these and all that follows from them; whether an interrupt is lost, stuck or storms for ever ' +
    'is only known when all have been seen.'
  );
}
