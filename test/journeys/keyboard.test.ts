import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../scripts/lib/paths.mts';
import { CompareTab } from './pages/compare.ts';
import { Keyboard } from './pages/keyboard.ts';
import { Panel } from './pages/panel.ts';
import { Races } from './pages/races.ts';
import { openWindow } from './setup/browser.ts';
import type { Window } from './setup/browser.ts';
import { irqpathDelta } from './setup/irqpath.ts';
import { takeScreenshot } from './setup/screenshot.ts';

const IRQFD = 'vfio-pci/intx-irqfd';
const USERSPACE = 'vfio-pci/intx-userspace';

describe('a question that one option raises', () => {
  let folder: string;
  let window: Window;
  let panel: Panel;
  let keyboard: Keyboard;

  beforeAll(async () => {
    // A copy: the journey changes its launch file.
    folder = mkdtempSync(join(tmpdir(), 'irq-path-keyboard-'));
    cpSync(SAMPLES, folder, { recursive: true });
    window = await openWindow({ folder, openFile: join(folder, 'assigned-nic.sh') });
    await window.workbench.waitForEditor('assigned-nic.sh');
  });

  afterAll(async () => {
    await window.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Turns an option over in the tree, so that the device goes by irqfd. */
  const turnOver = async (option: string): Promise<void> => {
    await window.workbench.runCommand('Focus on Devices View');
    await keyboard.arrowTo(option);
    await window.page.keyboard.press('Enter');
    await expect.poll(() => panel.textOf('path')).toBe(IRQFD);
  };

  it('is answered by one press beside the option', async () => {
    await window.page.locator('.codelens-decoration', { hasText: USERSPACE }).waitFor();
    await takeScreenshot(window.page, 'answer-before');
    await window.workbench.pressLens(USERSPACE, 'simulate', 'IRQ Path');
    panel = await Panel.find(window.page);
    keyboard = new Keyboard(window.page, panel.frame);
    await expect
      .poll(() => panel.textOf('delta'))
      .toBe(
        `x-no-kvm-intx=on means ${irqpathDelta(IRQFD, USERSPACE)}, compared with x-no-kvm-intx=off (${IRQFD}).`,
      );
    await takeScreenshot(window.page, 'answer-after');
  });

  it('every control of the panel is reached by Tab, and shows that it is', async () => {
    await window.page.keyboard.press('Control+2');
    const controls = await keyboard.controls();
    expect(controls.length).toBeGreaterThan(15);
    const stops = await keyboard.tabTo(/^nothing$/);
    expect(stops.filter((stop) => !stop.isVisible)).toEqual([]);
    expect(stops.map((stop) => stop.name)).toEqual(expect.arrayContaining([...controls]));
  });

  it('a race is found by keys, and stepped through from its fatal step', async () => {
    await window.page.keyboard.press('Control+2');
    await keyboard.tabTo(/^tab Path$/);
    await window.page.keyboard.press('End');
    const races = await Races.find(window.page);
    await expect.poll(() => races.textOf('races')).toContain('Known bugs');
    const stops = await keyboard.tabTo(/^button Show /);
    expect(stops.filter((stop) => !stop.isVisible)).toEqual([]);
    await window.page.keyboard.press('Enter');
    await expect
      .poll(() => races.textOf('race'), { timeout: 60_000 })
      .toMatch(/is lost here|repeats for ever/);
    const fatal = await races.currentRow();
    await keyboard.tabTo(/^listbox /);
    await window.page.keyboard.press('ArrowUp');
    await expect.poll(() => races.currentRow()).not.toBe(fatal);
    await takeScreenshot(window.page, 'keyboard-race');
  });

  it('an option is tried, taken back, tried again and applied by keys', async () => {
    await keyboard.tabTo(/^tab Races$/, 'Shift+Tab');
    await window.page.keyboard.press('Home');
    // Another drawing was made since: this one must still be there.
    await expect
      .poll(async () => (await panel.messageTexts()).length)
      .toBe((await panel.stepLabels()).length);
    const text = await window.workbench.editorText();
    await window.workbench.runCommand('Focus on Devices View');
    await window.page.getByRole('treeitem', { name: /^slow-line/ }).waitFor();
    // The first time the view comes without rows, and has nothing that could have the focus.
    await window.workbench.runCommand('Focus on Devices View');
    await keyboard.arrowTo('slow-line');
    await window.page.keyboard.press('ArrowRight');
    await keyboard.arrowTo('x-no-kvm-intx');
    await takeScreenshot(window.page, 'keyboard-tree');
    await turnOver('x-no-kvm-intx');
    await window.workbench.runCommand('Reset What-If');
    await expect.poll(() => panel.textOf('path')).toBe(USERSPACE);
    await window.page.getByRole('treeitem', { name: /^x-no-kvm-intx, on(?!, what-if)/ }).waitFor();
    await turnOver('x-no-kvm-intx');
    await window.workbench.runCommand('Apply What-If to File');
    await expect
      .poll(() => window.workbench.editorText())
      .toBe(text.replace('x-no-kvm-intx=on', 'x-no-kvm-intx=off'));
    // There is nothing to apply any more.
    await panel.frame.getByRole('button', { name: 'Apply to File' }).waitFor({ state: 'hidden' });
  });

  it('a comparison is opened by keys', async () => {
    await window.page.keyboard.press('Control+2');
    await keyboard.tabTo(/^tab Path$/);
    await window.page.keyboard.press('ArrowRight');
    await keyboard.tabTo(/^button x-no-kvm-intx=on/);
    await window.page.keyboard.press('Enter');
    const compare = await CompareTab.find(window.page);
    await expect.poll(() => compare.paths()).toEqual([IRQFD, USERSPACE]);
  });
});
