// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { stepList } from '../../../src/webview/views/step-list.ts';
import { connectPanel } from './connected-panel.ts';
import type { ConnectedPanel } from './connected-panel.ts';

describe('the list of steps', () => {
  let panel: ConnectedPanel;
  let list: HTMLElement;
  const options = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[role=option]')];
  const selected = (): number[] =>
    options().flatMap((option, i) => (option.getAttribute('aria-selected') === 'true' ? [i] : []));
  const press = (key: string): boolean =>
    list.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

  beforeEach(async () => {
    Element.prototype.scrollIntoView = vi.fn();
    panel = connectPanel();
    list = stepList(panel.store);
    document.body.replaceChildren(list);
    await panel.store.start();
    panel.answer(1);
    await expect.poll(() => options().length).toBeGreaterThan(0);
  });

  it('has a row for each step with its label, in order', () => {
    const page = panel.model.page(1);
    const labels = page.ok ? page.value.rows.map(({ label }) => label) : [];
    expect(options().map((option) => option.dataset.label)).toEqual(labels);
    expect(options().map((option) => option.querySelector('.label')?.firstChild?.textContent)).toEqual(
      labels,
    );
  });

  it('is a listbox of which one option is current, and names it to screen readers', () => {
    expect(list.getAttribute('role')).toBe('listbox');
    expect(list.tabIndex).toBe(0);
    press('ArrowDown');
    expect(selected()).toEqual([1]);
    expect(list.getAttribute('aria-activedescendant')).toBe(options()[1]?.id);
  });

  it('is walked through by keyboard, and stops at both ends', () => {
    const last = options().length - 1;
    const walk = (...keys: string[]): number[] => {
      for (const key of keys) expect(press(key), `${key} is ours`).toBe(false);
      return selected();
    };
    expect(walk('ArrowUp')).toEqual([0]);
    expect(walk('PageDown')).toEqual([10]);
    expect(walk('PageUp', 'ArrowDown')).toEqual([1]);
    expect(walk('End', 'ArrowDown')).toEqual([last]);
    expect(walk('Home')).toEqual([0]);
    expect(press('a')).toBe(true);
  });

  it('makes a clicked row current', async () => {
    options()[7]?.querySelector<HTMLElement>('.label')?.click();
    expect(selected()).toEqual([7]);
    await expect.poll(() => panel.model.state.step).toBe(7);
  });

  it('marks the steps in which the kernel traces an exit or an entry', () => {
    const page = panel.model.page(1);
    const rows = page.ok ? page.value.rows : [];
    const traced = (prefix: string): string[] =>
      rows
        .filter(({ tracepoints }) => tracepoints.some((line) => line.startsWith(prefix)))
        .map(({ label }) => label);
    const marked = (kind: string): (string | undefined)[] =>
      options()
        .filter((option) => option.querySelector(`.badge.${kind}`))
        .map((option) => option.dataset.label);
    expect(traced('kvm:kvm_exit').length).toBeGreaterThan(0);
    expect(marked('exit')).toEqual(traced('kvm:kvm_exit'));
    expect(marked('entry')).toEqual(traced('kvm:kvm_entry'));
    expect(marked('userspace')).toEqual(traced('kvm:kvm_userspace_exit'));
  });
});
