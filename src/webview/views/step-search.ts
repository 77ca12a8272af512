import type { Found } from '../../protocol/page.ts';
import { element, iconButton } from '../dom.ts';
import type { PanelStore } from '../panel-store.ts';

/** How long the user must rest before what he types is looked for. */
const SETTLE_MS = 120;
const NOTHING: Found = { steps: [], shown: 0, inAll: 0 };

/**
 * Finds steps by label, function, party or trace point. Ctrl+F comes here, Enter and Shift+Enter go on and back, Escape
 * clears it.
 */
export function stepSearch(store: PanelStore): HTMLElement {
  const input = element('input', {
    type: 'search',
    class: 'search-field',
    'aria-label': 'Search steps',
    placeholder: 'Search steps',
    title: 'Label, function, party or trace point (Ctrl+F)',
    spellcheck: 'false',
  });
  const count = element('span', { class: 'search-count', role: 'status', 'data-testid': 'found' });
  let found = NOTHING;
  let step = 0;
  /** The latest search; the answer to an older one is dropped. */
  let turn = 0;
  let settling: number | undefined;
  const go = (to: number | undefined): void => {
    if (to !== undefined) store.selectStep(to);
  };
  const next = (): void => {
    go(found.steps.find((one) => one > step) ?? found.steps[0]);
  };
  const previous = (): void => {
    go(found.steps.findLast((one) => one < step) ?? found.steps.at(-1));
  };
  const show = (): void => {
    count.textContent = input.value === '' ? '' : inWords(found, found.steps.indexOf(step) + 1);
    for (const button of [back, on]) button.disabled = found.steps.length === 0;
  };
  const look = async (andGo: boolean): Promise<void> => {
    const mine = ++turn;
    const answer =
      input.value === '' ? { ok: true as const, value: NOTHING } : await store.search(input.value);
    if (mine !== turn) return;
    found = answer.ok ? answer.value : NOTHING;
    if (andGo && !found.steps.includes(step)) next();
    show();
  };
  const back = iconButton('arrow-up', 'Previous match (Shift+Enter)', previous);
  const on = iconButton('arrow-down', 'Next match (Enter)', next);
  const view = element('div', { class: 'step-search', role: 'search' }, input, count, back, on);
  input.addEventListener('input', () => {
    window.clearTimeout(settling);
    settling = window.setTimeout(() => void look(true), SETTLE_MS);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.shiftKey) previous();
    else if (event.key === 'Enter') next();
    else if (event.key === 'Escape') leave();
    else return;
    event.preventDefault();
  });
  const leave = (): void => {
    window.clearTimeout(settling);
    input.value = '';
    void look(false);
    document.querySelector<HTMLElement>('[data-testid="steps"]')?.focus();
  };
  window.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'f' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (view.closest('[hidden]')) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  store.subscribe(({ state, page }, before) => {
    step = state.step;
    // What is shown is what is searched.
    if (before?.page?.drawing !== page?.drawing) void look(false);
    else if (JSON.stringify(before?.page?.reading) !== JSON.stringify(page?.reading)) void look(false);
    else show();
  });
  return view;
}

/** `number` counts from 1; 0 if the current step is none of those found. */
function inWords({ shown, inAll }: Found, number: number): string {
  const here = shown === 0 ? 'none' : number === 0 ? String(shown) : `${String(number)} of ${String(shown)}`;
  return inAll > shown ? `${here}, ${String(inAll)} in all steps` : here;
}
