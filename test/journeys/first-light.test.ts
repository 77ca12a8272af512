import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES, SAMPLE_FILE } from '../../scripts/lib/paths.mts';
import { Panel } from './pages/panel.ts';
import { openWindow } from './setup/browser.ts';
import type { Window } from './setup/browser.ts';
import { irqpathSimulate } from './setup/irqpath.ts';
import type { SimulateJson } from './setup/irqpath.ts';
import { takeScreenshot } from './setup/screenshot.ts';

describe('from a launch file to a diagram', () => {
  let window: Window;
  let panel: Panel;
  let simulated: SimulateJson;

  beforeAll(async () => {
    simulated = irqpathSimulate('samples/xgmac.sh');
    window = await openWindow({ folder: SAMPLES, openFile: SAMPLE_FILE });
    await window.workbench.waitForEditor('xgmac.sh');
    await window.workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await window.workbench.placeCursorOn('-device');
    await window.workbench.runCommand('Simulate IRQ path');
    panel = await Panel.find(window.page);
  });

  afterAll(async () => {
    await window.close();
  });

  it('leaves the launch file in sight and the focus in it', async () => {
    await window.workbench.waitForEditor('xgmac.sh');
    await expect.poll(() => window.workbench.focusIsInEditor()).toBe(true);
    await takeScreenshot(window.page, 'first-light');
  });

  it('lists the steps that the command line prints, in its order', async () => {
    await panel.chooseDetail('All steps');
    await expect.poll(() => panel.stepLabels()).toEqual(simulated.shapes[0]?.labels);
  });

  it('draws these steps, in the same order', async () => {
    await expect.poll(() => panel.messageTexts()).toEqual(simulated.shapes[0]?.labels);
  });

  it('shows another shape of the cycle in list and drawing alike', async () => {
    const second = simulated.shapes[1]?.labels;
    expect(second, 'the run has only one shape').toBeDefined();
    await panel.chooseShape(1);
    await expect.poll(() => panel.stepLabels()).toEqual(second);
    await expect.poll(() => panel.messageTexts()).toEqual(second);
  });

  it('breaks no content security policy and complains of nothing', async () => {
    expect(window.console.violations()).toEqual([]);
    expect(window.console.complaintsFrom((url) => url.includes('/dist/webview/'))).toEqual([]);

    // That the policy is there and that we would have heard: an inline script must be refused, and loudly.
    const ran = await panel.frame.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.body.dataset.inlineScript = "ran"';
      document.body.append(script);
      return document.body.dataset.inlineScript ?? null;
    });
    expect(ran).toBeNull();
    await expect.poll(() => window.console.violations()).toHaveLength(1);
  });
});
