// @vitest-environment jsdom
import { expect, it } from 'vitest';
import { tabStrip } from '../../../src/webview/views/tab-strip.ts';

it('goes to a tab by arrows, round at the ends, and to the first and last by Home and End', () => {
  const tabs = ['path', 'compare', 'races'].map((id) => ({
    id,
    title: id,
    content: document.createElement('p'),
  }));
  const { strip, choose } = tabStrip('tab', 'Questions', tabs, (id) => {
    choose(id);
  });
  document.body.append(strip);
  choose('path');
  strip.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  const press = (key: string): string => {
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    const selected = strip.querySelector('[aria-selected="true"]');
    expect(document.activeElement).toBe(selected);
    return selected?.textContent ?? '';
  };
  expect(['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'Home', 'End', 'x'].map(press)).toEqual([
    ...['compare', 'races', 'path', 'races', 'path', 'races', 'races'],
  ]);
});
