import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../scripts/lib/paths.mts';
import { Panel } from './pages/panel.ts';
import { openWindow } from './setup/browser.ts';
import type { Window } from './setup/browser.ts';

const THEMES = [
  ['Dark Modern', 'vs-dark'],
  ['Light Modern', 'vs'],
  ['Dark High Contrast', 'hc-black'],
  ['Light High Contrast', 'hc-light'],
] as const;

/** The way to our document through the frames that VS Code puts around it. */
const OUR_FRAME = ['iframe.webview.ready', '#active-frame', 'body'];

/** What axe calls worse than a nuisance. */
const SEVERE: readonly (string | null | undefined)[] = ['serious', 'critical'];

describe('the panel for people who cannot see it, or not well', () => {
  let window: Window;
  let panel: Panel;

  beforeAll(async () => {
    window = await openWindow({ folder: SAMPLES });
    await window.workbench.openFile('xgmac.sh');
    await window.workbench.placeCursorOn('-device');
    await window.workbench.runCommand('Simulate IRQ path');
    panel = await Panel.find(window.page);
  });

  afterAll(async () => {
    await window.close();
  });

  /** What axe finds in our frame; the rest of the window is VS Code's own. */
  async function violations(): Promise<string[]> {
    const { violations: found } = await new AxeBuilder({ page: window.page }).include(OUR_FRAME).analyze();
    return found
      .filter(({ impact }) => SEVERE.includes(impact))
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary = '' }) => `${id}: ${html}\n${failureSummary}`),
      );
  }

  it.each(THEMES)('has no serious violation in %s, in any tab and section', async (theme, mark) => {
    await window.workbench.chooseTheme(theme, mark);
    const found: string[] = [];
    for (const tab of await panel.tabs()) {
      await panel.openSection(tab);
      const sections = await panel.sections();
      if (sections.length === 0) found.push(...(await violations()));
      for (const section of sections) {
        await panel.openSection(section);
        found.push(...(await violations()));
      }
    }
    expect([...new Set(found)]).toEqual([]);
    await panel.openSection('Path');
  });
});
