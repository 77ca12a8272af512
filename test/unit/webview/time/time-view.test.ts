// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { measureTimes } from '../../../../src/analysis/simulate.ts';
import { spreadOf } from '../../../../src/analysis/spread.ts';
import type { Spread } from '../../../../src/analysis/spread.ts';
import { ok } from '../../../../src/base/result.ts';
import type { Result } from '../../../../src/base/result.ts';
import { getTiming, getSpread } from '../../../../src/protocol/timing.ts';
import { timeView } from '../../../../src/webview/time/time-view.ts';
import type { Drawing } from '../../../../src/webview/views/run-view.ts';
import { TEST_FACTS } from '../../../support/facts.ts';
import { unwrap } from '../../../support/unwrap.ts';
import { connectPanel } from '../connected-panel.ts';
import type { ConnectedPanel } from '../connected-panel.ts';

const SPREAD = spreadOf(
  unwrap(measureTimes({ path: 'vfio-platform/userspace', facts: TEST_FACTS, interrupts: 50 })),
);

/** A machine that runs much else takes its time. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 10_000 });

describe('the Time view', () => {
  let panel: ConnectedPanel;
  let view: Drawing;
  let element: HTMLElement;
  let spreads: ((answer: Result<Spread>) => void)[];
  const chart = { show: vi.fn() };
  const rows = () =>
    unwrap(panel.model.timing(panel.model.state.answer?.run ?? 0, panel.model.state.shape)).rows;
  const all = (selector: string): HTMLElement[] => [...element.querySelectorAll<HTMLElement>(selector)];
  const text = (selector: string): string => element.querySelector(selector)?.textContent ?? '';
  const choose = (title: string): void => {
    all('[role=radio]')
      .find(({ textContent }) => textContent === title)
      ?.click();
  };
  const key = (name: string): boolean =>
    all('[data-testid=lanes]')[0]!.dispatchEvent(
      new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }),
    );

  beforeEach(async () => {
    vi.stubGlobal(
      'ResizeObserver',
      vi.fn(function () {
        return { observe: vi.fn() };
      }),
    );
    // jsdom lays nothing out.
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800);
    HTMLElement.prototype.scrollBy = vi.fn();
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(300);
    chart.show.mockClear();
    spreads = [];
    panel = connectPanel();
    view = timeView(
      panel.store,
      {
        shape: (run, shape) => Promise.resolve(panel.model.timing(run, shape)),
        spread: () => new Promise((resolve) => spreads.push(resolve)),
      },
      () => Promise.resolve(chart),
    );
    element = view.element;
    document.body.replaceChildren(element);
    await panel.store.start();
    panel.answer(1);
    panel.store.look({ view: 'time' });
    await eventually(() => all('.lane-name').length).toBeGreaterThan(0);
    await eventually(() => all('.latency-part').length).toBeGreaterThan(0);
  });

  it('draws every step in few elements, under the names of threads and homes', () => {
    expect(all('.lane-heading').map(({ textContent }) => textContent)).toEqual([
      'Hardware',
      'Host kernel',
      'QEMU',
      'Guest',
    ]);
    expect(rows().length).toBeGreaterThan(100);
    expect(all('*').length).toBeLessThan(300);
    const drawn = all('path.wide, path.narrow')
      .map((path) => path.getAttribute('d') ?? '')
      .join('');
    expect((drawn.match(/M/g) ?? []).length).toBeGreaterThan(60);
  });

  it('follows the current step with a frame, a line and its time', () => {
    panel.store.selectStep(15);
    const before = text('.axis-flag.current');
    expect(element.querySelector<SVGElement>('.bar-current')?.style.display).toBe('');
    panel.store.selectStep(60);
    expect(text('.axis-flag.current')).not.toBe(before);
    expect(element.querySelector('.time-cursor')?.getAttribute('x1')).not.toBeNull();
  });

  it('goes from step to step by keys, and zooms and fits by keys', async () => {
    const scales: number[] = [];
    view.onScale((scale) => scales.push(Math.round(scale * 100)));
    expect(key('.')).toBe(false);
    expect(key('.')).toBe(false);
    expect(key(',')).toBe(false);
    await eventually(() => panel.model.state.step).toBe(1);
    for (const name of ['+', '+', '0']) expect(key(name)).toBe(false);
    expect(scales.slice(-3)).toEqual([125, 156, 100]);
    expect(key('x')).toBe(true);
  });

  it('tells where the latency goes, in a sentence and in parts that lead to their steps', async () => {
    expect(text('[data-testid=latency]')).toMatch(
      /^Latency [\d.]+\sµs: \d+\s% running, \d+\s% waiting; \d+\s% running on assumed/,
    );
    const parts = all('.latency-part');
    expect(parts.map(({ textContent }) => textContent.replace(/ [\d.]+ .s$/, ''))).toContain(
      'wait for main loop',
    );
    parts.find(({ textContent }) => textContent.startsWith('wait for main loop'))?.click();
    await eventually(() => rows()[panel.model.state.step]?.label).toBe('poll');
    expect(all('.segment')).toHaveLength(parts.length);
  });

  it('runs many cycles only when they are asked for, and then again for every new run', async () => {
    expect(spreads).toHaveLength(0);
    choose('Many cycles');
    expect(text('[data-testid=spread-sentence]')).toContain('Running');
    expect(element.querySelector<HTMLElement>('.one-cycle')?.hidden).toBe(true);
    spreads[0]?.(ok(SPREAD));
    await expect
      .poll(() => text('[data-testid=spread-sentence]'))
      .toMatch(/^50 interrupts: median .* longest/);
    expect(chart.show).toHaveBeenLastCalledWith(SPREAD, 'latency');
    panel.answer(2);
    await eventually(() => spreads.length).toBe(2);
    choose('One cycle');
    panel.answer(3);
    await eventually(() => panel.model.state.answer?.run).toBe(3);
    expect(spreads).toHaveLength(2);
  });

  it('has the histogram as a table too, of which each kind leads to such a cycle', async () => {
    choose('Many cycles');
    spreads[0]?.(ok(SPREAD));
    await eventually(() => all('tbody tr').length).toBe(SPREAD.kinds.length + 1);
    expect(element.querySelector('[role=img]')?.getAttribute('aria-label')).toContain('median');
    const figures = (row: number): string[] =>
      [...all('tbody tr')[row]!.children].map((cell) => cell.textContent);
    expect(figures(0)[0]).toBe(SPREAD.kinds[0]?.title);
    const latency = figures(0);
    choose('To ready again');
    expect(figures(0)).not.toEqual(latency);
    expect(chart.show).toHaveBeenLastCalledWith(SPREAD, 'completion');
    const other = all('tbody tr').findIndex((row) => row.textContent.startsWith('3 exits'));
    all('tbody tr')[other]?.querySelector('button')?.click();
    await expect
      .poll(() => panel.model.state.answer?.shapes[panel.model.state.shape]?.title)
      .toMatch(/^3 exits/);
    expect(element.querySelector<HTMLElement>('.one-cycle')?.hidden).toBe(false);
  });

  it('says what is wrong if many cycles cannot be run', async () => {
    choose('Many cycles');
    spreads[0]?.({ ok: false, error: 'a newer run has replaced the one that was asked for' });
    await eventually(() => text('[data-testid=spread-sentence]')).toContain('a newer run');
  });
});

describe('what the Time view asks for', () => {
  it('passes the checks of the protocol, and nothing that lacks a part does', () => {
    const panel = connectPanel();
    panel.answer(1);
    const timing = unwrap(panel.model.timing(1, 0));
    expect(getTiming.reply(structuredClone(timing))).toBe(true);
    expect(getTiming.reply({ ...timing, shares: [{}] })).toBe(false);
    expect(getSpread.reply(structuredClone(SPREAD))).toBe(true);
    expect(getSpread.reply({ ...SPREAD, kinds: [{ title: 'x' }] })).toBe(false);
    expect(JSON.stringify(timing).length).toBeLessThan(400 * timing.rows.length + 5_000);
    expect(panel.model.timing(2, 0).ok).toBe(false);
    expect(panel.model.timing(1, 1000).ok).toBe(false);
  });
});
