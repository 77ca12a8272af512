// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Races } from '../../../src/protocol/races-state.ts';
import type { Page } from '../../../src/protocol/page.ts';
import { markList, markRow } from '../../../src/webview/views/row-marks.ts';
import { racesList } from '../../../src/webview/views/races-list.ts';
import { racesProgress } from '../../../src/webview/views/races-progress.ts';
import { racesView } from '../../../src/webview/views/races-view.ts';
import { connectPanel } from './connected-panel.ts';
import type { ConnectedPanel } from './connected-panel.ts';

const RACES: Races = {
  path: 'vfio-platform/irqfd',
  promises: [
    { name: 'no-storm', words: 'No storms.', source: 'dev0', verdict: null },
    { name: 'no-deadlock', words: 'Nothing ends.', source: null, verdict: 'holds' },
  ],
  bugs: [
    {
      name: 'boot-wedge',
      title: 'a line is lost <b>at boot</b>',
      versions: 'not fixed',
      violates: 'no-lost-interrupt',
      source: 'a trace',
      link: null,
      isOn: true,
    },
    {
      name: 'old',
      title: 'an old one',
      versions: 'before Linux 4.16',
      violates: 'no-storm',
      source: 'Linux 67b5b673ad4d',
      link: 'https://git.kernel.org/linus/67b5b673ad4d',
      isOn: false,
    },
  ],
  exploring: null,
  explored: null,
  problem: null,
  shown: null,
};

describe('the list of races', () => {
  let panel: ConnectedPanel;
  let list: HTMLElement;
  const showButton = (name: string): HTMLButtonElement =>
    list.querySelector<HTMLButtonElement>(`[aria-label="Show ${name}"]`)!;
  const show = async (races: Races): Promise<void> => {
    panel.model.setRaces(races);
    await new Promise((resolve) => setTimeout(resolve));
  };

  beforeEach(async () => {
    panel = connectPanel();
    list = racesList(panel.store);
    document.body.replaceChildren(list);
    await panel.store.start();
    await show(RACES);
  });

  it('says what is promised, in words, and what is known of it', () => {
    const promises = [...list.querySelectorAll('[data-testid=promise]')].map(
      ({ textContent }) => textContent,
    );
    expect(promises).toEqual([
      'not explored yetNo storms. no-storm · dev0',
      'holdsNothing ends. no-deadlock',
    ]);
  });

  it('has each known bug with its versions, its property, its source and whether it is assumed', () => {
    const [first, second] = list.querySelectorAll('[data-testid=bug]');
    expect(first?.querySelector('strong')?.textContent).toBe('a line is lost <b>at boot</b>');
    expect(first?.querySelector('strong b')).toBeNull();
    expect(first?.textContent).toContain('have it not fixed · violates no-lost-interrupt');
    expect(first?.querySelector('a')).toBeNull();
    expect(second?.textContent).toContain('do not have it before Linux 4.16');
    expect(second?.querySelector('a')?.href).toBe('https://git.kernel.org/linus/67b5b673ad4d');
  });

  it('asks for the run of a bug, and of what an exploration found', async () => {
    const showBug = vi.spyOn(panel.store, 'showBug');
    showButton('old').click();
    expect(showBug).toHaveBeenCalledWith('old');
    const runs = [{ title: 'no-storm · dev0', words: 'Again and again.' }];
    await show({ ...RACES, explored: { sentence: [{ text: 'One is violated', strong: true }], runs } });
    const showRun = vi.spyOn(panel.store, 'showRun');
    showButton('no-storm · dev0').click();
    expect(showRun).toHaveBeenCalledWith(0);
    expect(list.querySelector('[data-testid=explored] strong')?.textContent).toBe('One is violated');
  });

  it('keeps the focus where it is while other things change, and lets nothing be asked while it explores', async () => {
    showButton('old').focus();
    panel.answer(1);
    await show(RACES);
    expect(document.activeElement).toBe(showButton('old'));
    await show({ ...RACES, exploring: 'something' });
    expect(showButton('old').disabled).toBe(true);
    await show({ ...RACES, problem: 'It does not show.' });
    expect(list.querySelector('[data-testid=races-problem]')?.textContent).toBe('It does not show.');
  });
});

describe('the progress of an exploration', () => {
  let panel: ConnectedPanel;
  let view: HTMLElement;
  const button = (label: string): HTMLButtonElement =>
    [...view.querySelectorAll('button')].find(({ textContent }) => textContent === label)!;
  const text = (part: string): string => view.querySelector(`[data-testid=${part}]`)?.textContent ?? '';
  const explore = async (exploring: string | null): Promise<void> => {
    panel.model.setRaces({ ...RACES, exploring });
    await new Promise((resolve) => setTimeout(resolve));
  };

  beforeEach(async () => {
    panel = connectPanel();
    view = racesProgress(panel.store);
    document.body.replaceChildren(view);
    await panel.store.start();
    await explore(null);
  });

  it('offers to explore, and then to cancel, under the same keyboard', async () => {
    expect(button('Cancel').hidden).toBe(true);
    button('Explore').focus();
    button('Explore').click();
    await expect.poll(() => panel.commands).toEqual(['explore']);
    await explore('all interleavings');
    expect(button('Explore').hidden).toBe(true);
    expect(text('exploring')).toBe('Looking for all interleavings');
    expect(document.activeElement).toBe(button('Cancel'));
    button('Cancel').click();
    await expect.poll(() => panel.commands).toEqual(['explore', 'stopExploring']);
  });

  it('says how far it is, and when it pauses what is not covered', async () => {
    await explore('all interleavings');
    const progress = { states: 123_456, transitions: 1, frontier: 7_000, statesPerSecond: 98_765 };
    panel.progress({ ...progress, isPaused: false });
    await expect
      .poll(() => text('exploring-numbers'))
      .toBe('123\u202f456 states · 7\u202f000 still to look at · 98\u202f765 states/s');
    expect(button('Continue').hidden).toBe(true);
    panel.progress({ ...progress, isPaused: true });
    await expect
      .poll(() => text('uncovered'))
      .toMatch(/7\u202f000 of them are still to be looked at. Not covered/);
    button('Continue').click();
    await expect.poll(() => panel.commands).toEqual(['goOnExploring']);
    expect(button('Continue').hidden).toBe(true);
    panel.progress({ ...progress, frontier: 0, isPaused: false });
    await expect.poll(() => text('exploring-numbers')).toContain('looking for endless runs');
  });
});

describe('marks of rows', () => {
  it('stand at their rows in words, and beside each row what the other machine does', () => {
    const row = (label: string) => {
      const created = document.createElement('div');
      created.innerHTML = `<span class="label">${label}</span>`;
      return created;
    };
    const rows = [row('assert'), row('mask'), row('lose')];
    const list = document.createElement('div');
    const page = {
      isTimed: false,
      rows: ['assert', 'mask', 'lose'].map((label) => ({ label })),
      marks: [
        { row: 0, kind: 'raised', words: 'interrupt 1' },
        { row: 2, kind: 'fatal', words: 'interrupt 1 is lost here' },
      ],
      beside: ['assert', '', 'lose: kept → 1'],
    } as unknown as Page;
    markList(list, page);
    rows.forEach((option, i) => {
      markRow(option, page, i);
    });
    expect(list.className).toBe('untimed has-beside');
    expect(rows.map(({ className }) => className)).toEqual(['mark-raised', '', 'mark-fatal']);
    expect(rows[2]?.querySelector('.badge')?.textContent).toBe('interrupt 1 is lost here');
    expect(rows.map((one) => one.querySelector('.beside')?.className)).toEqual([
      'beside same',
      'beside waits',
      'beside other',
    ]);
    expect(rows[1]?.querySelector('.beside')?.textContent).toBe('waits');
    expect(rows[2]?.querySelector('.beside')?.textContent).toBe('kept → 1');
  });
});

describe('a counterexample that is open', () => {
  const SHOWN: NonNullable<Races['shown']> = {
    title: 'boot-wedge',
    asked: { kind: 'bug', name: 'boot-wedge' },
    detail: '',
    sentence: [{ text: 'The interrupt is lost.', strong: true }],
    drawing: 1,
    fatalStep: 0,
    fixed: null,
  };

  it('keeps the focus where it is while more becomes known of it', async () => {
    vi.stubGlobal(
      'ResizeObserver',
      vi.fn(function () {
        return { observe: vi.fn() };
      }),
    );
    const panel = connectPanel();
    const view = racesView(panel.store, () => undefined);
    document.body.replaceChildren(view);
    await panel.store.start();
    const show = async (races: Races): Promise<void> => {
      panel.model.setLook({ ...panel.model.state, tab: 'races' });
      panel.model.setRaces(races);
      await new Promise((resolve) => setTimeout(resolve));
    };
    await show({ ...RACES, exploring: 'violations without the bug', shown: SHOWN });
    const list = view.querySelector<HTMLElement>('[role=listbox]')!;
    list.focus();
    expect(document.activeElement).toBe(list);
    await show({ ...RACES, exploring: null, shown: { ...SHOWN, detail: 'Only boot-wedge is on' } });
    expect(view.querySelector('[data-testid=race-detail]')?.textContent).toBe('Only boot-wedge is on');
    expect(document.activeElement).toBe(list);
  });
});
