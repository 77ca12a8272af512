import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { simulate } from '../../../../src/analysis/simulate.ts';
import { Drawings } from '../../../../src/extension/panel/drawings.ts';
import { RacesTab } from '../../../../src/extension/races/races-tab.ts';
import { Explorer } from '../../../../src/extension/worker/explorer.ts';
import { startInSameThread } from '../../../../src/extension/worker/same-thread.ts';
import { EVERY_ROW } from '../../../../src/diagram/outline.ts';
import { getPage } from '../../../../src/protocol/messages.ts';
import type { Page } from '../../../../src/protocol/page.ts';
import { isRaces } from '../../../../src/protocol/races-guards.ts';
import type { Races, RacesProgress } from '../../../../src/protocol/races-state.ts';
import { TEST_FACTS } from '../../../support/facts.ts';
import { IRQFD } from '../../../support/runs.ts';
import { unwrap } from '../../../support/unwrap.ts';

const LARGE = 'vfio-pci/intx-userspace';

describe('RacesTab', () => {
  let explorer: Explorer;
  let tab: RacesTab;
  let drawings: Drawings;
  let shown: (Races | null)[];
  let progress: RacesProgress[];
  const now = (): Races => {
    const races = shown.at(-1);
    if (!races) throw new Error('nothing is shown');
    return races;
  };
  const begin = (path: string, kernel = TEST_FACTS.host.kernel): void => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, kernel } };
    tab.begin(unwrap(simulate({ path, facts, interrupts: 1 })));
  };
  const pageOf = (drawing: number): Page =>
    unwrap(drawings.pages(drawing)).page({ drawing, reading: EVERY_ROW, step: 0 });
  const page = (): Page => pageOf(now().shown?.drawing ?? -1);
  const said = (phrases: readonly { text: string }[] = []): string =>
    phrases.map(({ text }) => text).join('');

  beforeEach(() => {
    explorer = new Explorer(() => startInSameThread(() => setImmediate(undefined)));
    drawings = new Drawings();
    shown = [];
    progress = [];
    tab = new RacesTab({
      explorer,
      drawings,
      show: (races) => shown.push(races),
      progress: (one) => progress.push(one),
    });
    begin(IRQFD);
  });
  afterEach(() => {
    explorer.dispose();
    for (const races of shown) if (races) expect(isRaces(races)).toBe(true);
  });

  it('says before any search what is promised, and which bugs the assumed versions have', () => {
    expect(now().promises.map(({ name }) => name)).toContain('no-lost-interrupt');
    expect(now().promises.every(({ verdict, words }) => verdict === null && words.endsWith('.'))).toBe(true);
    const bug = now().bugs.find(({ name }) => name === 'active-pending-storm');
    expect(bug).toMatchObject({
      isOn: false,
      violates: 'no-storm',
      versions: expect.stringContaining('4.16') as string,
    });
    expect(bug?.link).toBe('https://git.kernel.org/linus/67b5b673ad4d');
    begin(IRQFD, '4.15');
    expect(now().bugs.find(({ name }) => name === 'active-pending-storm')?.isOn).toBe(true);
  });

  it('explores the path as it is assumed, and says that all was seen and what holds', async () => {
    await tab.explore();
    expect(now().exploring).toBeNull();
    expect(said(now().explored?.sentence)).toMatch(/^No property is violated.* All 1\u202f008 states/);
    expect(new Set(now().promises.map(({ verdict }) => verdict))).toEqual(new Set(['holds']));
  });

  it('shows a known bug at the step at which it goes wrong, beside the machine without it', async () => {
    await tab.showBug('oneshot-resample');
    const { shown: race, exploring } = now();
    expect(exploring).toBeNull();
    const { rows, marks, beside, isTimed } = page();
    expect(isTimed).toBe(false);
    expect(getPage.reply(page())).toBe(true);
    expect(race?.detail).toContain('handlerContext=threaded');
    expect(race?.fatalStep).toBe(rows.length - 1);
    expect(marks.find(({ kind }) => kind === 'fatal')).toMatchObject({ row: race?.fatalStep });
    const differs = marks.find(({ kind }) => kind === 'differs')?.row ?? -1;
    expect(rows.slice(0, differs).map(({ label }) => label)).toEqual(beside?.slice(0, differs));
    expect(beside?.[differs]).not.toBe(rows[differs]?.label);
    expect(said(race?.fixed?.sentence)).toMatch(/^All [\d\u202f]+ states looked at, no violation/);
    expect(pageOf(race?.fixed?.drawing ?? -1).rows.length).toBeGreaterThan(differs);
  });

  it('names the interrupt that is lost, at the step after which it never comes', async () => {
    await tab.showBug('boot-wedge');
    const fatal = page().marks.find(({ kind }) => kind === 'fatal');
    expect(fatal).toMatchObject({ words: 'interrupt 1 is lost here', row: page().rows.length - 1 });
    expect(page().marks.find(({ kind }) => kind === 'raised')?.words).toBe('interrupt 1');
    expect(said(now().shown?.sentence)).toContain('never gets it. Step 40: interrupt 1 is lost here.');
    // The machine without the bug takes the same steps and is not at its end then.
    expect(page().beside).toEqual(page().rows.map(({ label }) => label));
    expect(said(now().shown?.fixed?.sentence)).toMatch(
      /It takes the same steps and goes on: .* served at step \d+/,
    );
    expect(now().shown?.fixed?.step).toBe(page().rows.length);
    const fixed = pageOf(now().shown?.fixed?.drawing ?? -1);
    expect(fixed.marks).toMatchObject([{ row: fixed.rows.length - 1, kind: 'served' }]);
    expect(fixed.rows.length).toBeGreaterThan(page().rows.length);
  });

  it('opens a storm where its cycle begins, and marks what repeats for ever', async () => {
    await tab.showBug('active-pending-storm');
    const { rows, marks } = page();
    const repeats = marks.filter(({ kind }) => kind === 'repeats');
    expect(repeats[0]).toMatchObject({ row: now().shown?.fatalStep, words: '' });
    expect(marks.find(({ kind }) => kind === 'fatal')?.words).toBe('from here it repeats for ever');
    expect(repeats.map(({ row }) => row)).toEqual(
      rows.map((_, i) => i).filter((row) => row >= (now().shown?.fatalStep ?? 0)),
    );
    expect(said(now().shown?.sentence)).toContain(`The ${repeats.length} steps from there on are the cycle.`);
  });

  it('shows what its own exploration found, and goes back to the list', async () => {
    begin('irqfd/level-pulse');
    await tab.explore();
    const titles = now().explored?.runs.map(({ title }) => title) ?? [];
    expect(titles.some((title) => title.startsWith('no-lost-interrupt'))).toBe(true);
    tab.showRun(titles.findIndex((title) => title.startsWith('no-lost-interrupt')));
    expect(page().marks.find(({ kind }) => kind === 'fatal')?.words).toMatch(/^interrupt \d+ is lost here$/);
    const { drawing } = page();
    tab.close();
    expect(now().shown).toBeNull();
    expect(now().explored?.runs).toHaveLength(titles.length);
    begin(IRQFD);
    expect(drawings.pages(drawing)).toMatchObject({ ok: false });
  });

  it('can be stopped, and says that not everything was seen', async () => {
    begin(LARGE);
    const exploring = tab.explore();
    expect(now().exploring).not.toBeNull();
    await setImmediate();
    tab.stop();
    await exploring;
    expect(now().exploring).toBeNull();
    expect(said(now().explored?.sentence)).toContain('not everything was');
    expect(said(now().explored?.sentence)).toContain('Not known: ');
  });

  it('reports how far it is, and drops what belongs to an answer that was replaced', async () => {
    begin(LARGE);
    const exploring = tab.explore();
    await expect.poll(() => progress.length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(progress[0]).toMatchObject({ isPaused: false });
    expect(progress[0]?.frontier).toBeGreaterThan(0);
    expect(progress[0]?.statesPerSecond).toBeGreaterThan(0);
    begin(IRQFD);
    await exploring;
    expect(now()).toMatchObject({ path: IRQFD, exploring: null, explored: null });
  });

  it('keeps what was found when the same is asked again, and forgets it with the facts', async () => {
    await tab.explore();
    begin(IRQFD);
    expect(now().explored).not.toBeNull();
    begin(IRQFD, '4.15');
    expect(now().explored).toBeNull();
    tab.begin(null);
    expect(shown.at(-1)).toBeNull();
  });
});
