import { element, iconButton } from '../dom.ts';
import { rowOnPage } from '../page-rows.ts';
import type { DrawingSource } from '../panel-store.ts';
import { stateAt } from '../state-at.ts';
import { pageTurner } from './page-turner.ts';

/** How long each step is shown while the run is played: long enough to read a label. */
const STEP_MS = 700;

/** The row that goes through the steps: first, back, play, forward, last, a slider, and what the step changed. */
export function stepPlayer(store: DrawingSource): HTMLElement {
  let isLast = false;
  let timer: number | undefined;
  const stop = (): void => {
    window.clearInterval(timer);
    timer = undefined;
    showPlaying();
  };
  const by = (icon: string, label: string, go: () => void): HTMLButtonElement =>
    iconButton(icon, label, () => {
      stop();
      go();
    });
  const play = iconButton('play', 'Play', () => {
    if (timer !== undefined) {
      stop();
      return;
    }
    if (isLast) store.moveToEnd('first');
    timer = window.setInterval(() => {
      store.move(1);
      if (isLast) stop();
    }, STEP_MS);
    showPlaying();
  });
  const showPlaying = (): void => {
    const label = timer === undefined ? 'Play' : 'Pause';
    play.title = label;
    play.setAttribute('aria-label', label);
    play.firstElementChild?.setAttribute(
      'class',
      `codicon codicon-${timer === undefined ? 'play' : 'debug-pause'}`,
    );
  };
  const slider = element('input', {
    type: 'range',
    class: 'slider',
    min: '1',
    step: '1',
    'aria-label': 'Step',
  });
  slider.addEventListener('input', () => {
    stop();
    store.selectStep(Number(slider.value) - 1);
  });
  const position = element('span', { class: 'position' });
  const changes = element('span', { class: 'changes', 'data-testid': 'changes' });
  const view = element(
    'div',
    { class: 'step-player', role: 'group', 'aria-label': 'Step player' },
    by('debug-reverse-continue', 'First step', () => {
      store.moveToEnd('first');
    }),
    by('debug-step-back', 'Step back', () => {
      store.move(-1);
    }),
    play,
    by('debug-step-over', 'Step forward', () => {
      store.move(1);
    }),
    by('debug-continue', 'Last step', () => {
      store.moveToEnd('last');
    }),
    slider,
    position,
    pageTurner(store),
    changes,
  );
  store.subscribe(({ state, page }, before) => {
    view.hidden = state.answer === null;
    if (before?.page === page && before.state.step === state.step) return;
    if (before?.page?.drawing !== page?.drawing) stop();
    const row = rowOnPage(page, state.step);
    const steps = page?.steps ?? 0;
    // Where only some steps are shown, the number is still that among all.
    const step = page?.rows[row]?.position ?? state.step;
    isLast = page !== null && page.before + row === page.total - 1;
    slider.max = String(Math.max(1, steps));
    slider.value = String(step + 1);
    slider.setAttribute('aria-valuetext', `${String(step + 1)}: ${page?.rows[row]?.label ?? ''}`);
    position.textContent = steps === 0 ? '' : `${String(step + 1)}/${String(steps)}`;
    if (row < 0 && page) return;
    const changed = stateAt(page, row).filter(({ from }) => from !== null);
    changes.replaceChildren(
      ...changed.map(({ field, from, value }) =>
        element('span', { class: 'change' }, `${field} `, element('code', {}, `${from ?? ''} → ${value}`)),
      ),
    );
    changes.title = changes.textContent;
  });
  return view;
}
