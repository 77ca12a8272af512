import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../scripts/lib/paths.mts';
import { CompareTab } from './pages/compare.ts';
import { Panel } from './pages/panel.ts';
import { TimeView } from './pages/time-view.ts';
import { axeFindings } from './setup/axe.ts';
import { openWindow } from './setup/browser.ts';
import type { Window } from './setup/browser.ts';
import { takeScreenshot } from './setup/screenshot.ts';

/**
 * The themes that VS Code comes with, one of each kind, the class that marks them, and by which rules axe looks at them:
 * only colours are others in the next one.
 */
const THEMES = [
  ['Light Modern', 'vs', 'all'],
  ['Dark High Contrast', 'hc-black', 'colours'],
  ['Light High Contrast', 'hc-light', 'colours'],
  ['Dark Modern', 'vs-dark', 'colours'],
] as const;

describe('the panel in every kind of theme, and for people who cannot see it, or not well', () => {
  let window: Window;
  let panel: Panel;
  let time: TimeView;

  beforeAll(async () => {
    window = await openWindow({ folder: SAMPLES });
    await window.workbench.openFile('xgmac.sh');
    await window.workbench.placeCursorOn('-device');
    await window.workbench.runCommand('Simulate IRQ path');
    panel = await Panel.find(window.page);
    time = new TimeView(panel.frame);
    await panel.clickStep((await panel.stepLabels()).indexOf('kvm-exit'));
  });

  afterAll(async () => {
    await window.close();
  });

  it.each(THEMES)('can be read in %s, in any tab, section and drawing', async (theme, mark, rules) => {
    await window.workbench.chooseTheme(theme, mark);
    await expect.poll(() => panel.messageContrast(), { timeout: 10_000 }).toBeGreaterThanOrEqual(4.5);
    await takeScreenshot(window.page, `sequence-${mark}`);
    const found: string[] = [];
    for (const [i, section] of (await panel.sections()).entries()) {
      await panel.openSection(section);
      // What is around the section is the same every time.
      found.push(...(await axeFindings(panel.frame, rules, i === 0 ? undefined : '.inspector')));
    }
    await panel.openSection('Step');
    await time.choose('Time');
    await takeScreenshot(window.page, `time-${mark}`);
    found.push(...(await axeFindings(panel.frame, rules)));
    await time.openSpread();
    await takeScreenshot(window.page, `spread-${mark}`);
    found.push(...(await axeFindings(panel.frame, rules)));
    await time.closeSpread();
    await time.choose('Sequence');
    for (const tab of (await panel.tabs()).filter((title) => title !== 'Path')) {
      await panel.openSection(tab);
      await takeScreenshot(window.page, `${tab.toLowerCase()}-tab-${mark}`);
      found.push(...(await axeFindings(panel.frame, rules)));
    }
    await panel.openSection('Path');
    expect([...new Set(found)]).toEqual([]);
  });

  it('so can a comparison', async () => {
    await panel.openSection('Compare');
    const compare = await CompareTab.find(window.page);
    await compare.pressButton(/^x-irqfd=on/);
    await expect.poll(() => compare.paths()).toHaveLength(2);
    const found: string[] = [];
    for (const [theme, mark, rules] of THEMES) {
      await window.workbench.chooseTheme(theme, mark);
      await expect.poll(() => compare.isAligned()).toBe(true);
      await takeScreenshot(window.page, `comparison-${mark}`);
      found.push(...(await axeFindings(panel.frame, rules)));
    }
    expect([...new Set(found)]).toEqual([]);
  });
});
