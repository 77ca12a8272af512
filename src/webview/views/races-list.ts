import type { FoundRun, KnownRace, PromisedProperty, Races } from '../../protocol/races-state.ts';
import { element, icon } from '../dom.ts';
import { hasFocus } from '../keep-focus.ts';
import type { PanelStore } from '../panel-store.ts';
import { phrases } from './race-view.ts';

/** What the path promises, what an exploration found, and its known bugs, each a click from its counterexample. */
export function racesList(store: PanelStore): HTMLElement {
  const view = element('div', { class: 'races-list', 'data-testid': 'races', tabindex: '0' });
  let drawn = '';
  store.subscribe(({ state }) => {
    // Drawn again only if it has changed: the keyboard may be in it.
    const key = JSON.stringify({ ...state.races, exploring: state.races?.exploring !== null, shown: null });
    if (key === drawn) return;
    drawn = key;
    const focused = hasFocus(view) ? document.activeElement?.getAttribute('data-show') : null;
    view.replaceChildren(...(state.races ? draw(state.races, store) : []));
    if (focused != null) focusOn(view, focused);
  });
  return view;
}

/** Puts the focus on the button that shows something, by what it shows. */
export function focusOn(list: HTMLElement, shows: string): void {
  [...list.querySelectorAll<HTMLElement>('[data-show]')]
    .find(({ dataset }) => dataset.show === shows)
    ?.focus();
}

function draw({ promises, explored, problem, bugs, exploring }: Races, store: PanelStore): HTMLElement[] {
  const isBusy = exploring !== null;
  return [
    ...(problem === null
      ? []
      : [element('p', { class: 'problem', 'data-testid': 'races-problem' }, icon('info'), problem)]),
    ...(explored
      ? [
          element('p', { class: 'explored', 'data-testid': 'explored' }, ...phrases(explored.sentence)),
          list(explored.runs.map((run, i) => foundItem(run, i, isBusy, store))),
        ]
      : []),
    element('h2', {}, 'Promised'),
    list(promises.map(promiseItem)),
    element('h2', {}, 'Known bugs'),
    bugs.length === 0
      ? element('p', { class: 'dim' }, 'None is known of this path.')
      : list(bugs.map((bug) => bugItem(bug, isBusy, store))),
  ];
}

function list(items: readonly HTMLElement[]): HTMLElement {
  return element('ul', { class: 'races-items' }, ...items);
}

const VERDICTS = {
  holds: ['check', 'holds'],
  violated: ['error', 'violated'],
  unknown: ['question', 'not known'],
} as const;

function promiseItem({ name, words, source, verdict }: PromisedProperty): HTMLElement {
  const [sign, said] = verdict === null ? ['circle-outline', 'not explored yet'] : VERDICTS[verdict];
  return element(
    'li',
    { class: `promise ${verdict ?? 'open'}`, 'data-testid': 'promise' },
    icon(sign),
    element('span', { class: 'said' }, said),
    element(
      'span',
      {},
      words,
      ' ',
      element('code', { class: 'dim' }, source === null ? name : `${name} · ${source}`),
    ),
  );
}

function foundItem(
  { title, words }: FoundRun,
  index: number,
  isBusy: boolean,
  store: PanelStore,
): HTMLElement {
  return element(
    'li',
    { class: 'found', 'data-testid': 'found' },
    element('span', {}, element('strong', {}, title), element('span', { class: 'line' }, words)),
    showButton(`run ${String(index)}`, title, isBusy, () => {
      store.showRun(index);
    }),
  );
}

function bugItem(bug: KnownRace, isBusy: boolean, store: PanelStore): HTMLElement {
  const { name, title, versions, violates, source, link, isOn } = bug;
  const state = isOn
    ? element(
        'span',
        { class: 'badge on', title: 'The versions that are assumed have it.' },
        'assumed versions have it',
      )
    : element(
        'span',
        { class: 'badge off', title: 'The versions that are assumed do not have it.' },
        'assumed versions do not have it',
      );
  return element(
    'li',
    { class: 'bug', 'data-testid': 'bug', 'data-name': name },
    element(
      'span',
      {},
      element('strong', {}, title),
      element('span', { class: 'line' }, state, ` ${versions} · violates `, element('code', {}, violates)),
      element('span', { class: 'line dim source' }, sourceText(source, link)),
    ),
    showButton(`bug ${name}`, name, isBusy, () => {
      store.showBug(name);
    }),
  );
}

function sourceText(source: string, link: string | null): HTMLElement | string {
  if (link === null) return source;
  const open = element('a', { href: link, title: link, 'aria-label': `Open the source: ${source}` }, 'open');
  return element('span', {}, `${source} · `, open);
}

function showButton(shows: string, of: string, isBusy: boolean, press: () => void): HTMLButtonElement {
  const button = element(
    'button',
    { class: 'button secondary', type: 'button', 'data-show': shows, 'aria-label': `Show ${of}` },
    'Show',
  );
  button.disabled = isBusy;
  button.addEventListener('click', press);
  return button;
}
