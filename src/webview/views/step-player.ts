import { element, iconButton } from '../dom.ts';
import type { DrawingSource } from '../panel-store.ts';
import { stateAt } from '../state-at.ts';

/** How long each step is shown while the run is played: long enough to read a label. */
const STEP_MS = 700;

/** The row that goes through the steps: first, back, play, forward, last, a slider, and what the step changed. */
export function stepPlayer(store: DrawingSource): HTMLElement {
  let step = 0;
  let length = 0;
  let timer: number | undefined;
  const go = (to: number): void => {
    store.selectStep(Math.max(0, Math.min(to, length - 1)));
  };
  const stop = (): void => {
    window.clearInterval(timer);
    timer = undefined;
    showPlaying();
  };
  const by = (icon: string, label: string, target: () => number): HTMLButtonElement =>
    iconButton(icon, label, () => {
      stop();
      go(target());
    });
  const play = iconButton('play', 'Play', () => {
    if (timer !== undefined) {
      stop();
      return;
    }
    if (step === length - 1) go(0);
    timer = window.setInterval(() => {
      if (step < length - 1) go(step + 1);
      if (step >= length - 1) stop();
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
    go(Number(slider.value) - 1);
  });
  const position = element('span', { class: 'position' });
  const changes = element('span', { class: 'changes', 'data-testid': 'changes' });
  const view = element(
    'div',
    { class: 'step-player', role: 'group', 'aria-label': 'Step player' },
    by('debug-reverse-continue', 'First step', () => 0),
    by('debug-step-back', 'Step back', () => step - 1),
    play,
    by('debug-step-over', 'Step forward', () => step + 1),
    by('debug-continue', 'Last step', () => length - 1),
    slider,
    position,
    changes,
  );
  store.subscribe(({ state, page }, before) => {
    view.hidden = state.answer === null;
    if (before?.page === page && before.state.step === state.step) return;
    if (before?.page !== page) stop();
    const rows = page?.rows ?? [];
    step = state.step;
    length = rows.length;
    slider.max = String(Math.max(1, length));
    slider.value = String(step + 1);
    slider.setAttribute('aria-valuetext', `${String(step + 1)}: ${rows[step]?.label ?? ''}`);
    position.textContent = length === 0 ? '' : `${String(step + 1)}/${String(length)}`;
    const changed = stateAt(rows, step).filter(({ from }) => from !== null);
    changes.replaceChildren(
      ...changed.map(({ field, from, value }) =>
        element('span', { class: 'change' }, `${field} `, element('code', {}, `${from ?? ''} → ${value}`)),
      ),
    );
    changes.title = changes.textContent;
  });
  return view;
}
