import type { Phrase } from '../../protocol/panel-state.ts';
import type { ShownRace } from '../../protocol/races-state.ts';
import { DiagramView } from '../diagram/diagram-view.ts';
import { element, icon, iconButton } from '../dom.ts';
import { DrawingStore } from '../drawing-store.ts';
import type { PanelStore } from '../panel-store.ts';
import { stepList } from './step-list.ts';
import { stepPlayer } from './step-player.ts';
import { stepSection } from './step-section.ts';

/** Which of the two machines is drawn. */
type Side = 'bug' | 'fixed';

/** A counterexample: what goes wrong, its steps beside those of the machine without the bug, drawing and player. */
export function raceView(store: PanelStore, report: (problem: string) => void): HTMLElement {
  let side: Side = 'bug';
  const drawn = new DrawingStore(store, ({ races }) => {
    const race = races?.shown;
    if (!race) return null;
    if (side === 'fixed' && race.fixed) return { drawing: race.fixed.drawing, step: race.fixed.step };
    return { drawing: race.drawing, step: race.fatalStep };
  });
  const back = element(
    'button',
    { class: 'link-button back', type: 'button' },
    icon('arrow-left'),
    ' All races',
  );
  back.addEventListener('click', () => {
    store.command('closeRace');
  });
  const title = element('h2', { 'data-testid': 'race-title' });
  const detail = element('p', { class: 'dim', 'data-testid': 'race-detail' });
  const sentence = element('p', { class: 'race-sentence', 'data-testid': 'race' });
  const fixed = element('p', { class: 'race-fixed', 'data-testid': 'race-fixed' });
  const sides = sideButtons((chosen) => {
    side = chosen;
    showSide();
    drawn.lookAgain();
  });
  const actions = element(
    'div',
    { class: 'race-actions' },
    sides.element,
    element('span', { class: 'spring' }),
    iconButton('copy', 'Copy diagram as Mermaid', () => {
      store.command('copyMermaid');
    }),
    iconButton('output', 'Copy steps as text', () => {
      store.command('copyText');
    }),
  );
  const heads = element('div', { class: 'race-columns', 'aria-hidden': 'true' });
  const steps = element(
    'main',
    { class: 'path-view' },
    element('div', { class: 'race-steps' }, heads, stepList(drawn, 'race-step')),
    new DiagramView(drawn, report).element,
  );
  const inspector = element(
    'section',
    { class: 'race-inspector', 'aria-label': 'Step', tabindex: '0' },
    stepSection(drawn, (at) => {
      store.openCode(at);
    }),
  );
  const view = element(
    'div',
    { class: 'race' },
    element('div', { class: 'race-head' }, back, title, sentence, fixed, detail, actions),
    steps,
    stepPlayer(drawn),
    inspector,
  );
  let shown: ShownRace | null = null;
  const showSide = (): void => {
    sides.show(side);
    heads.hidden = side === 'fixed' || shown?.fixed == null;
  };
  store.subscribe(({ state }) => {
    const race = state.races?.shown ?? null;
    if (JSON.stringify(race) === JSON.stringify(shown)) return;
    const isOther = race?.drawing !== shown?.drawing;
    shown = race;
    if (!race) return;
    if (isOther) side = 'bug';
    title.textContent = race.title;
    detail.textContent = race.detail;
    detail.hidden = race.detail === '';
    sentence.replaceChildren(...phrases(race.sentence));
    fixed.hidden = race.fixed === null;
    fixed.replaceChildren(
      ...(race.fixed ? [icon('git-compare'), element('strong', {}, `${race.fixed.title}: `)] : []),
      ...phrases(race.fixed?.sentence ?? []),
    );
    sides.element.hidden = race.fixed === null;
    sides.name('fixed', race.fixed?.title ?? '');
    showSide();
    heads.replaceChildren(element('span', {}, 'With the bug'), element('span', {}, race.fixed?.title ?? ''));
    drawn.lookAgain();
    // Where the user types in the editor, the focus stays there.
    if (isOther && document.hasFocus()) back.focus();
  });
  return view;
}

/** A sentence as nodes. */
export function phrases(sentence: readonly Phrase[]): (Node | string)[] {
  return sentence.map(({ text, strong }) => (strong ? element('strong', {}, text) : text));
}

interface SideButtons {
  readonly element: HTMLElement;
  readonly show: (side: Side) => void;
  readonly name: (side: Side, title: string) => void;
}

/** Two buttons of which one is pressed. */
function sideButtons(choose: (side: Side) => void): SideButtons {
  const button = (side: Side, title: string): HTMLButtonElement => {
    const created = element('button', { class: 'side', type: 'button', 'aria-pressed': 'false' }, title);
    created.addEventListener('click', () => {
      choose(side);
    });
    return created;
  };
  const buttons = { bug: button('bug', 'With the bug'), fixed: button('fixed', 'Fixed') };
  return {
    element: element(
      'div',
      { class: 'sides', role: 'group', 'aria-label': 'Which machine is drawn' },
      buttons.bug,
      buttons.fixed,
    ),
    show(side) {
      buttons.bug.setAttribute('aria-pressed', String(side === 'bug'));
      buttons.fixed.setAttribute('aria-pressed', String(side === 'fixed'));
    },
    name(side, title) {
      buttons[side].textContent = title;
    },
  };
}
