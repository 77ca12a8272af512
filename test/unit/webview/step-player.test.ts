// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stepPlayer } from '../../../src/webview/views/step-player.ts';
import { connectPanel } from './connected-panel.ts';
import type { ConnectedPanel } from './connected-panel.ts';

describe('the step player', () => {
  let panel: ConnectedPanel;
  let player: HTMLElement;
  const button = (name: string): HTMLButtonElement => {
    const found = [...player.querySelectorAll('button')].find((b) => b.getAttribute('aria-label') === name);
    if (!found) throw new Error(`no button ${name}`);
    return found;
  };
  const slider = (): HTMLInputElement => player.querySelector('input') as HTMLInputElement;
  const position = (): string => player.querySelector('.position')?.textContent ?? '';
  const length = (): number => Number(slider().max);

  beforeEach(async () => {
    panel = connectPanel();
    player = stepPlayer(panel.store);
    document.body.replaceChildren(player);
    await panel.store.start();
    panel.answer(1);
    panel.store.look({ detail: 'all', folds: false });
    await expect.poll(() => panel.pages.at(-1)?.reading.detail).toBe('all');
    await expect.poll(() => length()).toBeGreaterThan(20);
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('goes forward, back, to both ends, and not beyond', () => {
    const after = (...names: string[]): string => {
      for (const name of names) button(name).click();
      return position();
    };
    const last = String(length());
    expect(after('Step back')).toBe(`1/${last}`);
    expect(after('Step forward', 'Step forward')).toBe(`3/${last}`);
    expect(after('Last step', 'Step forward')).toBe(`${last}/${last}`);
    expect(after('First step')).toBe(`1/${last}`);
  });

  it('goes where the slider is put, and says to screen readers which step that is', () => {
    slider().value = '5';
    slider().dispatchEvent(new Event('input'));
    const { rows } = panel.everyRow();
    const label = rows[4]?.label;
    expect(slider().getAttribute('aria-valuetext')).toBe(`5: ${label ?? ''}`);
  });

  it('plays to the end, stops there, and starts over from it', () => {
    vi.useFakeTimers();
    button('Last step').click();
    button('Step back').click();
    button('Step back').click();
    button('Play').click();
    vi.advanceTimersByTime(750);
    expect(position()).toBe(`${String(length() - 1)}/${String(length())}`);
    expect(button('Pause').title).toBe('Pause');
    vi.advanceTimersByTime(750);
    expect(position()).toBe(`${String(length())}/${String(length())}`);
    button('Play').click();
    expect(position()).toBe(`1/${String(length())}`);
  });

  it('stops playing when another run comes', async () => {
    button('Play').click();
    expect(button('Pause').title).toBe('Pause');
    panel.answer(2);
    await expect.poll(() => button('Play').title).toBe('Play');
  });

  it('shows what the step changed: the latches and masks that decide how it goes on', () => {
    const { rows } = panel.everyRow();
    const changing = rows.findIndex(({ changes }) => changes.length > 0);
    slider().value = String(changing + 1);
    slider().dispatchEvent(new Event('input'));
    const { field, to } = rows[changing]!.changes[0]!;
    expect(player.querySelector('.changes')?.textContent).toContain(field);
    expect(player.querySelector('.changes')?.textContent).toContain(`→ ${to}`);
  });
});
