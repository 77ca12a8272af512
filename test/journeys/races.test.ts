import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../scripts/lib/paths.mts';
import { Races } from './pages/races.ts';
import { openWindow } from './setup/browser.ts';
import type { Window } from './setup/browser.ts';
import { takeScreenshot } from './setup/screenshot.ts';

/** A search may have a hundred thousand states, and the machine other work. */
const PATIENCE = { timeout: 60_000 } as const;

describe('races', () => {
  let window: Window;
  let races: Races;

  /** F1, the command, the path in the list that it opens. */
  const findRacesIn = async (path: string): Promise<void> => {
    await window.workbench.runCommand('Find Races in IRQ Path…');
    await window.page.locator('.quick-input-widget input[type="text"]').fill(path);
    await window.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: path }).waitFor();
    await window.page.keyboard.press('Enter');
    races = await Races.find(window.page);
  };

  beforeAll(async () => {
    window = await openWindow({ folder: SAMPLES });
    // The palette knows the commands of an extension a moment after the window is there.
    await window.page.getByRole('tab', { name: 'IRQ Path' }).waitFor();
    await findRacesIn('vfio-platform/irqfd');
  });

  afterAll(async () => {
    await window.close();
  });

  it('says what the path promises, explores it, and that all was seen', async () => {
    await expect
      .poll(() => races.textOf('races'))
      .toMatch(/Promised.*A device that wants service gets it.*Known bugs/s);
    await races.press('Explore');
    await expect
      .poll(() => races.textOf('explored'), PATIENCE)
      .toMatch(/^No property is violated.*All 1.008 states/);
    await expect.poll(() => races.textOf('races')).toMatch(/holds\s+A device that wants service gets it/);
    await takeScreenshot(window.page, 'races-list');
  });

  it('shows a known bug at the step at which the interrupt is lost, beside the fixed version', async () => {
    await races.press('Show boot-wedge');
    await expect
      .poll(() => races.textOf('race'), PATIENCE)
      .toMatch(/never gets it.*interrupt 1 is lost here/);
    await expect.poll(() => races.currentRow()).toContain('interrupt 1 is lost here');
    await expect
      .poll(() => races.textOf('race-fixed'), PATIENCE)
      .toMatch(/All \d.*states looked at, no violation/);
    const rows = await races.rowCount();
    await expect.poll(() => races.diagram(), PATIENCE).toEqual({ messages: rows, current: rows - 1 });
    await races.pressInSteps('ArrowUp');
    expect((await races.diagram()).current).toBe(rows - 2);
    await races.pressInSteps('End');
    await expect.poll(() => races.currentRow()).toContain('lost here');
    await takeScreenshot(window.page, 'races-lost');
    await races.press(/^(Fixed|With a fix)/);
    await expect.poll(async () => (await races.rows()).join(' '), PATIENCE).not.toContain('lost here');
    await takeScreenshot(window.page, 'races-fixed');
  });

  it('goes back to the list, to the button that was pressed', async () => {
    await races.press('All races');
    await expect.poll(() => races.focusedButton()).toBe('Show boot-wedge');
    await expect.poll(() => races.rows()).toEqual([]);
  });

  it('opens a storm where it begins to repeat, and says who starves', async () => {
    await races.press('Show active-pending-storm');
    await expect
      .poll(() => races.textOf('race'), PATIENCE)
      .toMatch(/from here it repeats for ever.*are the cycle/);
    await expect.poll(() => races.currentRow()).toContain('repeats for ever');
    await takeScreenshot(window.page, 'races-storm');
  });

  it('has the same counterexample open after a reload of the window', async () => {
    const [title, rows] = [await races.textOf('race-title'), await races.rowCount()];
    await window.workbench.reload();
    races = await Races.find(window.page);
    await expect.poll(() => races.textOf('race-title'), PATIENCE).toBe(title);
    expect(await races.rowCount()).toBe(rows);
    expect(await races.currentRow()).toContain('repeats for ever');
  });

  it.runIf(process.env.IRQPATH_SCREENSHOTS !== undefined)(
    'has a picture in the documentation; the journey with axe looks at the tab in every theme',
    async () => {
      await window.workbench.chooseTheme('Dark Modern', 'vs-dark');
      await expect.poll(() => races.diagram().then(({ messages }) => messages), PATIENCE).toBeGreaterThan(10);
      await takeScreenshot(window.page, 'races-vs-dark');
    },
  );

  it('cancels a long exploration, and says what is not known', async () => {
    await findRacesIn('vfio-pci/intx-userspace');
    await expect.poll(() => races.textOf('races')).toContain('before the BARs are unmapped');
    await races.press('Explore');
    await expect
      .poll(() => races.textOf('exploring-numbers'), PATIENCE)
      .toMatch(/states .* still to look at/);
    await takeScreenshot(window.page, 'races-progress');
    await races.press('Cancel');
    await expect.poll(() => races.textOf('explored'), PATIENCE).toMatch(/not everything was.*Not known: /s);
    await expect.poll(() => races.offers('Explore')).toBe(true);
  });

  it('leaves the other tabs as they were', async () => {
    await races.openTab('Path');
    await expect.poll(() => races.frame.locator('svg .messageText').count(), PATIENCE).toBeGreaterThan(10);
    expect(await races.frame.locator('[data-testid="steps"]').count()).toBe(1);
  });

  it('breaks no content security policy on the way', () => {
    expect(window.console.violations()).toEqual([]);
    expect(window.console.complaintsFrom((url) => url.includes('/dist/webview/'))).toEqual([]);
  });
});
