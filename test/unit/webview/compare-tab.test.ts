// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';
import { simulate } from '../../../src/analysis/simulate.ts';
import type { Simulation } from '../../../src/analysis/simulation.ts';
import type { FinishedMember, FinishedOffer } from '../../../src/extension/panel/finished.ts';
import { rowsOfShape } from '../../../src/analysis/rows-of-shape.ts';
import type { SideBySide } from '../../../src/protocol/side-by-side.ts';
import { compareTab } from '../../../src/webview/compare/compare-tab.ts';
import { linesOf } from '../../../src/webview/compare/side-by-side-rows.ts';
import { troubleView } from '../../../src/webview/views/trouble-view.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';
import { connectPanel } from './connected-panel.ts';
import type { ConnectedPanel } from './connected-panel.ts';

/** On a busy machine. */
const SOON = { timeout: 10_000 };
const PATHS = ['vfio-platform/irqfd', 'vfio-platform/userspace', 'vfio-platform/forwarded'];

const simulations = new Map<string, Simulation>();

/** One run of a path, made once for all tests. */
function simulated(path: string): Simulation {
  const known = simulations.get(path) ?? unwrap(simulate({ path, facts: TEST_FACTS }));
  simulations.set(path, known);
  return known;
}

function member(path: string, offers: readonly FinishedOffer[] = []): FinishedMember {
  const simulation = simulated(path);
  const run = { kind: 'run', simulation, measured: simulation, offers } as const;
  const nothing = { assumptions: [], reasons: [], notes: [], whatIf: [], delta: [] };
  return { subject: { kind: 'path', path }, title: path, run: { ...run, ...nothing } };
}

describe('the Compare tab', () => {
  let panel: ConnectedPanel;
  let tab: HTMLElement;
  const part = (name: string): HTMLElement => {
    const found = tab.querySelector<HTMLElement>(`[data-testid="${name}"]`);
    if (!found) throw new Error(`no ${name}`);
    return found;
  };
  const texts = (selector: string): string[] =>
    [...tab.querySelectorAll(selector)].map(({ textContent }) => textContent);
  const compare = (...paths: readonly string[]): void => {
    const members = paths.map((path) => member(path));
    panel.model.begin({ kind: 'comparison', members: members.map(({ subject }) => subject) });
    panel.model.finishComparison({
      kind: 'comparison',
      members,
      missing: ['eth2: is gone'],
      assumptions: [],
    });
  };

  beforeEach(async () => {
    panel = connectPanel();
    tab = compareTab(panel.store);
    document.body.replaceChildren(tab);
    await panel.store.start();
  });

  it('draws two or three runs beside each other, each step once', async () => {
    compare(...PATHS);
    await expect.poll(() => texts('.side-by-side tbody tr').length, SOON).toBeGreaterThan(10);
    PATHS.forEach((path, i) => {
      const simulation = simulated(path);
      const labels = rowsOfShape(simulation, 0).map(({ label }) => label);
      const cells = [...tab.querySelectorAll(`.side-by-side tbody td:nth-child(${String(i + 2)}) .label`)];
      expect(cells.map((cell) => cell.firstChild?.textContent)).toEqual(labels);
    });
    expect(texts('.run-name')).toEqual(PATHS);
    expect(part('difference').textContent).toMatch(/^(The first|They differ)/);
    expect(tab.querySelectorAll('*').length).toBeLessThan(5_000);
  });

  it('shows long runs in pages', async () => {
    const long = member(PATHS[1] ?? '');
    const { simulation } = long.run;
    // One shape that is as long as ten: the same steps again and again.
    const steps = Array.from({ length: 10 }, () => rowsOfShape(simulation, 0)).flat();
    const storm = { ...long, run: { ...long.run, simulation: { ...simulation, steps } } };
    panel.model.begin({ kind: 'comparison', members: [long.subject, long.subject] });
    panel.model.finishComparison({
      kind: 'comparison',
      members: [long, storm],
      missing: [],
      assumptions: [],
    });
    const rows = (): number => tab.querySelectorAll('.side-by-side tbody tr').length;
    await expect.poll(rows, SOON).toBe(180);
    expect(tab.querySelector('.pager')?.textContent).toMatch(/rows 1–180 of \d+/);
    const next = [...tab.querySelectorAll<HTMLButtonElement>('.pager button')].at(-1);
    next?.click();
    expect(tab.querySelector('.pager')?.textContent).toMatch(/rows 181–360 of/);
    expect(tab.querySelectorAll('*').length).toBeLessThan(5_000);
  });

  it('marks what not all have, for eyes and for screen readers', async () => {
    compare(...PATHS.slice(0, 2));
    await expect.poll(() => tab.querySelectorAll('.gap').length, SOON).toBeGreaterThan(0);
    for (const row of tab.querySelectorAll('.side-by-side tbody tr')) {
      const differs = row.querySelector('.gap') !== null;
      expect(row.classList.contains('own')).toBe(differs);
      expect(row.querySelector('.differs .unseen')?.textContent).toBe(differs ? 'differs' : undefined);
    }
  });

  it('folds what is the same where only differences are wanted', async () => {
    compare(...PATHS.slice(0, 2));
    await expect.poll(() => tab.querySelectorAll('.side-by-side tbody tr').length, SOON).toBeGreaterThan(10);
    const all = tab.querySelectorAll('.side-by-side tbody tr').length;
    const own = tab.querySelectorAll('.own').length;
    tab.querySelector<HTMLInputElement>('#only-differences')?.click();
    expect(tab.querySelectorAll('.fold').length).toBeGreaterThan(0);
    expect(tab.querySelectorAll('.side-by-side tbody tr').length).toBeLessThan(all);
    expect(tab.querySelectorAll('.own').length).toBe(own);
  });

  it('draws another shape of a run when that is chosen', async () => {
    compare(...PATHS.slice(0, 2));
    await expect.poll(() => tab.querySelectorAll('.side-by-side select').length, SOON).toBe(2);
    const select = tab.querySelectorAll<HTMLSelectElement>('.side-by-side select')[1];
    if (!select) throw new Error('no choice of shape');
    expect(select.options.length).toBeGreaterThan(1);
    select.selectedIndex = 1;
    select.dispatchEvent(new Event('change'));
    const simulation = simulated(PATHS[1] ?? '');
    const labels = rowsOfShape(simulation, 1).map(({ label }) => label);
    const shown = (): (string | null | undefined)[] =>
      [...tab.querySelectorAll('.side-by-side tbody td:nth-child(3) .label')].map(
        (cell) => cell.firstChild?.textContent,
      );
    await expect.poll(shown, SOON).toEqual(labels);
  });

  it('has the numbers below with the least and the most marked, what is missing, and the sentence of each', async () => {
    compare(...PATHS, 'vfio-pci/msi-irqfd');
    await expect
      .poll(() => texts('[data-testid="comparison"] thead code'), SOON)
      .toEqual([...PATHS, 'vfio-pci/msi-irqfd']);
    expect(tab.querySelector<HTMLElement>('.side-by-side-view')?.hidden).toBe(true);
    expect(texts('.deltas .delta').length).toBe(3);
    expect(texts('.deltas .delta')[0]).toMatch(
      /^vfio-platform\/userspace instead of vfio-platform\/irqfd: \+/,
    );
    expect(texts('.missing')[0]).toBe('eth2: is gone');
    expect(texts('[data-testid="comparison"] .smallest .unseen')).toContain(', the least');
    expect(texts('[data-testid="comparison"] .largest .unseen')).toContain(', the most');
  });

  it('opens a run of the comparison by itself', async () => {
    compare(...PATHS.slice(0, 2));
    await expect.poll(() => tab.querySelectorAll('.side-by-side .link-button').length, SOON).toBe(2);
    tab.querySelectorAll<HTMLButtonElement>('.side-by-side .link-button')[1]?.click();
    await expect.poll(() => panel.asked, SOON).toEqual([{ kind: 'path', path: PATHS[1] }]);
  });

  it('offers what a single run can be compared with, and takes what is pressed', async () => {
    const subject = { kind: 'comparison', members: [] } as const;
    const offer = { title: 'x-irqfd=off', path: 'vfio-platform/userspace', detail: '<b>why', subject };
    panel.model.finish(member(PATHS[0] ?? '', [offer]).run);
    await expect.poll(() => texts('.offer'), SOON).toEqual(['x-irqfd=offvfio-platform/userspace<b>why']);
    expect(part('comparison').hidden).toBe(true);
    tab.querySelector<HTMLButtonElement>('.offer')?.click();
    await expect.poll(() => panel.asked, SOON).toEqual([subject]);
  });

  it('offers the way back from a run to the comparison that it was opened from', async () => {
    compare(...PATHS.slice(0, 2));
    panel.model.begin({ kind: 'path', path: PATHS[0] ?? '' });
    panel.model.finish(member(PATHS[0] ?? '').run);
    const detail = PATHS.slice(0, 2).join(' · ');
    await expect.poll(() => texts('.offer'), SOON).toEqual([`The last comparison${detail}`]);
    tab.querySelector<HTMLButtonElement>('.offer')?.click();
    await expect
      .poll(() => panel.asked, SOON)
      .toMatchObject([{ kind: 'comparison', members: { length: 2 } }]);
  });

  it('offers each of the cases where the path depends on what the file does not say', async () => {
    const view = troubleView(panel.store);
    const subject = { kind: 'path', path: PATHS[0] ?? '' } as const;
    const offer = { title: 'x-irqfd ($IRQFD) is on', path: PATHS[0] ?? '', detail: '', subject };
    panel.model.fail({ message: 'x-irqfd is $IRQFD', action: null }, [], [offer]);
    await expect
      .poll(() => view.querySelector('.offer')?.textContent, SOON)
      .toBe(`${offer.title}${offer.path}`);
    view.querySelector<HTMLButtonElement>('.offer')?.click();
    await expect.poll(() => panel.asked, SOON).toEqual([subject]);
    expect(part('offers').hidden).toBe(true);
  });

  it('does not take an offer of an answer that has been replaced', () => {
    const subject = { kind: 'comparison', members: [] } as const;
    const offer = { title: '', path: 'a/b', detail: '', subject };
    panel.model.finish(member(PATHS[0] ?? '', [offer]).run);
    const { rev } = panel.model.state;
    expect(panel.model.asked({ kind: 'takeOffer', rev, offer: 0 })).toEqual(subject);
    expect(panel.model.asked({ kind: 'takeOffer', rev, offer: 1 })).toBeUndefined();
    panel.model.finish(member(PATHS[1] ?? '', [offer]).run);
    expect(panel.model.asked({ kind: 'takeOffer', rev, offer: 0 })).toBeUndefined();
  });
});

describe('the lines of a drawing', () => {
  /** `=` is a row that all have, `x` one that not all have. */
  const rows = (text: string): SideBySide['rows'] => {
    const step = {
      step: 1,
      timeNs: 0,
      label: '',
      at: '',
      lane: 0,
      from: -1,
      isSignal: false,
      tracepoints: [],
    };
    return Array.from(text, (sign) => (sign === '=' ? [step, step] : [step, null]));
  };
  const lines = (text: string, folds: boolean): string =>
    linesOf({ rows: rows(text) }, folds)
      .map((line) => (line.kind === 'fold' ? String(line.count) : line.cells.includes(null) ? 'x' : '='))
      .join('');

  it('are all rows, or with long stretches that are the same folded up to one row at each difference', () => {
    expect(lines('==x=====x', false)).toBe('==x=====x');
    expect(lines('=======x', true)).toBe('6=x');
    expect(lines('x=======', true)).toBe('x=6');
    expect(lines('x=======x', true)).toBe('x=5=x');
    expect(lines('x=====x', true)).toBe('x=====x');
    expect(lines('==========', true)).toBe('10');
    expect(lines('', true)).toBe('');
  });
});
