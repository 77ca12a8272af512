// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';
import { hideMenu } from '../../../src/webview/views/hide-menu.ts';
import { hiddenLine } from '../../../src/webview/views/hidden-line.ts';
import { stepSearch } from '../../../src/webview/views/step-search.ts';
import { connectPanel } from './connected-panel.ts';
import type { ConnectedPanel } from './connected-panel.ts';

describe('what of a run is shown', () => {
  let panel: ConnectedPanel;
  let search: HTMLElement;
  let menu: HTMLElement;
  let line: HTMLElement;
  const field = (): HTMLInputElement => search.querySelector('input') as HTMLInputElement;
  const count = (): string => search.querySelector('[data-testid=found]')?.textContent ?? '';
  const label = (): string => panel.everyRow().rows[panel.model.state.step]?.label ?? '';
  const box = (party: string): HTMLInputElement =>
    [...menu.querySelectorAll('label')].find(({ textContent }) => textContent === party)
      ?.firstElementChild as HTMLInputElement;
  const type = (text: string): void => {
    field().value = text;
    field().dispatchEvent(new Event('input'));
  };
  const press = (key: string, shiftKey = false): boolean =>
    field().dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, cancelable: true, bubbles: true }));

  beforeEach(async () => {
    panel = connectPanel();
    search = stepSearch(panel.store);
    menu = hideMenu(panel.store);
    line = hiddenLine(panel.store);
    document.body.replaceChildren(search, menu, line);
    await panel.store.start();
    panel.answer(1);
    await expect.poll(() => menu.querySelectorAll('input').length, { timeout: 10_000 }).toBeGreaterThan(5);
  });

  it('goes to a step by its label, and says how many there are, shown and not', async () => {
    type('irq-none');
    await expect.poll(count).toBe('1 of 1');
    await expect.poll(label).toBe('irq-none');
    // Most of these are not in the overview.
    type('fold-lr');
    await expect.poll(count).toMatch(/^none, \d in all steps$/);
  });

  it('finds steps by function, party and trace point, whatever the case, and goes round both ways', async () => {
    for (const text of ['VFIO_automasked_irq_handler', 'xgmac driver', 'kvm:kvm_entry']) {
      type(text);
      await expect.poll(count, { message: text }).toMatch(/^\d+ of \d+/);
    }
    panel.store.moveToEnd('first');
    type('gic-exception');
    await expect.poll(count).toMatch(/^1 of 4/);
    expect(press('Enter')).toBe(false);
    await expect.poll(count).toMatch(/^2 of 4/);
    press('Enter', true);
    press('Enter', true);
    await expect.poll(count).toMatch(/^4 of 4/);
    press('Enter');
    await expect.poll(count).toMatch(/^1 of 4/);
  });

  it('is reached by Ctrl+F and left by Escape', async () => {
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'f', ctrlKey: true, cancelable: true }));
    expect(document.activeElement).toBe(field());
    type('poll');
    await expect.poll(count).not.toBe('');
    press('Escape');
    expect(field().value).toBe('');
    await expect.poll(count).toBe('');
  });

  it('hides a party, says so with its number of steps, keeps what other paths hide, and shows all again', async () => {
    panel.store.look({ hidden: ['nobody here'] });
    box('vGIC').click();
    const steps = panel.everyRow().rows.filter(({ party }) => party === 'vGIC').length;
    await expect.poll(() => line.textContent).toContain(`Hidden: vGIC (${String(steps)} steps)`);
    expect(panel.model.state.hidden).toEqual(['nobody here', 'vGIC']);
    await expect.poll(() => panel.pages.at(-1)?.reading.hidden).toContain('vGIC');
    line.querySelector('button')?.click();
    await expect.poll(() => line.hidden).toBe(true);
    expect(box('vGIC').checked).toBe(false);
  });

  it('is a menu that opens by its button and closes by Escape, with the focus back where it was', () => {
    const button = menu.querySelector('button') as HTMLButtonElement;
    button.click();
    expect(button.getAttribute('aria-expanded')).toBe('true');
    expect(menu.contains(document.activeElement)).toBe(true);
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect(button.getAttribute('aria-expanded')).toBe('false');
    expect(document.activeElement).toBe(button);
  });
});
