// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import { stepList } from '../../../src/webview/views/step-list.ts';
import { connectPanel } from './connected-panel.ts';
import { cycleOf, LEVEL_PULSE, simulatePath } from '../../support/runs.ts';
import type { ConnectedPanel } from './connected-panel.ts';

describe('the list of steps', () => {
  let panel: ConnectedPanel;
  let list: HTMLElement;
  const options = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[role=option]')];
  const selected = (): number[] =>
    options()
      .filter((option) => option.getAttribute('aria-selected') === 'true')
      .map((option) => Number(option.getAttribute('aria-posinset')) - 1);
  const current = (): HTMLElement | null =>
    document.getElementById(list.getAttribute('aria-activedescendant') ?? '');
  const rowsOf = (path: string): StepRow[] => cycleOf(simulatePath(path, {}, { interrupts: 700 }), 0);
  const press = (key: string): boolean =>
    list.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

  beforeEach(async () => {
    panel = connectPanel();
    list = stepList(panel.store);
    document.body.replaceChildren(list);
    await panel.store.start();
    panel.answer(1);
    panel.store.look({ detail: 'all', folds: false });
    const length = (): number => Number(options()[0]?.getAttribute('aria-setsize'));
    await expect.poll(length, { timeout: 10_000 }).toBeGreaterThan(100);
  });

  it('has a row for each step with its label, in order: who walks through it by keyboard passes all of them', () => {
    const { rows } = panel.everyRow();
    const labels = rows.map(({ label }) => label);
    const seen: string[] = [];
    for (let i = 0; i < labels.length; i++) {
      expect(current()?.getAttribute('aria-posinset')).toBe(String(i + 1));
      expect(current()?.getAttribute('aria-setsize')).toBe(String(labels.length));
      seen.push(current()?.querySelector('.label')?.firstChild?.textContent ?? '');
      press('ArrowDown');
    }
    expect(seen).toEqual(labels);
  });

  it('goes on over pages, row by row, and holds few rows whatever the length', async () => {
    const asked = panel.pages.length;
    panel.answer(1, LEVEL_PULSE, 700);
    const wanted = rowsOf(LEVEL_PULSE);
    await expect.poll(() => current()?.getAttribute('aria-setsize')).toBe(String(wanted.length));
    const seen: string[] = [];
    for (let i = 0; i < wanted.length; i++) {
      // Only the first row of a page has to be waited for.
      if (current()?.dataset.step !== String(i))
        await expect.poll(() => current()?.dataset.step, { interval: 1 }).toBe(String(i));
      seen.push(current()?.dataset.label ?? '');
      expect(options().length).toBeLessThan(60);
      press('ArrowDown');
    }
    expect(seen).toEqual(wanted.map(({ label }) => label));
    expect(new Set(panel.pages.slice(asked).map(({ drawing }) => drawing)).size).toBe(1);
    expect(panel.pages.slice(asked)).toHaveLength(3);
  });

  it('has rows in the order of the document, also after it was scrolled to and fro', () => {
    for (const key of ['End', 'Home', 'PageDown', 'End', 'PageUp']) press(key);
    const positions = options().map((option) => Number(option.getAttribute('aria-posinset')));
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  });

  it('folds a repeat into a row, opens it and closes it again', async () => {
    panel.answer(1, LEVEL_PULSE, 700);
    panel.store.look({ folds: true });
    const total = String(rowsOf(LEVEL_PULSE).length);
    await expect.poll(() => current()?.getAttribute('aria-setsize')).not.toBe(total);
    press('End');
    expect(current()?.querySelector('.times')?.textContent).toBe('× 699');
    press('ArrowRight');
    await expect.poll(() => current()?.getAttribute('aria-setsize')).toBe(total);
    const opened = options().find((option) => option.querySelector('.times'));
    opened?.querySelector<HTMLElement>('.times')?.click();
    await expect.poll(() => current()?.getAttribute('aria-setsize')).not.toBe(total);
  });

  it('is a listbox of which one option is current, and names it to screen readers', () => {
    expect(list.getAttribute('role')).toBe('listbox');
    expect(list.tabIndex).toBe(0);
    press('ArrowDown');
    expect(selected()).toEqual([1]);
    expect(current()).toBe(options()[1]);
  });

  it('is walked through by keyboard, and stops at both ends', () => {
    const last = Number(options()[0]?.getAttribute('aria-setsize')) - 1;
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
    const { rows } = panel.everyRow();
    const traced = (prefix: string): string[] =>
      rows
        .filter(({ tracepoints }) => tracepoints.some((line) => line.startsWith(prefix)))
        .map(({ label }) => label);
    const badges = rows.map(() => {
      const found = { label: current()?.dataset.label, kind: current()?.querySelector('.badge')?.className };
      press('ArrowDown');
      return found;
    });
    const marked = (kind: string): (string | undefined)[] =>
      badges.filter((badge) => badge.kind === `badge ${kind}`).map(({ label }) => label);
    expect(traced('kvm:kvm_exit').length).toBeGreaterThan(0);
    expect(marked('exit')).toEqual(traced('kvm:kvm_exit'));
    expect(marked('entry')).toEqual(traced('kvm:kvm_entry'));
    expect(marked('userspace')).toEqual(traced('kvm:kvm_userspace_exit'));
  });
});
