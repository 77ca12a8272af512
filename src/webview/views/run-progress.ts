import type { RunProgress } from '../../protocol/run-progress.ts';
import { element } from '../dom.ts';
import { grouped } from '../format.ts';
import { hasFocus } from '../keep-focus.ts';
import type { PanelStore } from '../panel-store.ts';

/**
 * A line at the lower edge while a long simulation is under way: how far it is, and a button that ends it. It lies
 * over the panel, which shows the answer before it: nothing moves.
 */
export function runProgressLine(store: PanelStore): HTMLElement {
  const words = element('span', { class: 'words', 'data-testid': 'simulating' });
  const bar = element('div', {
    class: 'share',
    role: 'progressbar',
    'aria-label': 'Simulation',
    'aria-valuemin': '0',
    'aria-valuemax': '100',
  });
  const cancel = element('button', { class: 'button secondary', type: 'button' }, 'Cancel');
  const view = element('section', { class: 'run-progress', 'aria-label': 'Simulation' }, bar, words, cancel);
  view.hidden = true;
  let cameFrom: EventTarget | null = null;
  cancel.addEventListener('focus', ({ relatedTarget }) => {
    cameFrom = relatedTarget;
  });
  cancel.addEventListener('click', () => {
    store.command('cancelRun');
  });
  store.onRunProgress((progress) => {
    const percent = shareOf(progress) * 100;
    view.hidden = false;
    words.textContent = progressText(progress);
    bar.style.setProperty('--share', `${percent.toFixed(1)}%`);
    bar.setAttribute('aria-valuenow', percent.toFixed(0));
    bar.setAttribute('aria-valuetext', progressText(progress));
  });
  store.subscribe(({ state }) => {
    if (state.busy || view.hidden) return;
    const hadFocus = hasFocus(view);
    view.hidden = true;
    // The button that was pressed is gone.
    if (hadFocus && cameFrom instanceof HTMLElement) cameFrom.focus();
  });
  return view;
}

function progressText({ phase, interrupts, of, unit }: RunProgress): string {
  const what = phase === 'run' ? 'Simulating' : 'Measuring';
  return `${what}: ${grouped(interrupts)} of ${grouped(of)} ${unit}s`;
}

/** 0 to 1. Measuring follows running, and may find fewer: some interrupts are merged with the one before. */
function shareOf({ phase, interrupts, of }: RunProgress): number {
  const share = of === 0 ? 0 : Math.min(1, interrupts / of) / 2;
  return phase === 'run' ? share : 0.5 + share;
}
