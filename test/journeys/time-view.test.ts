import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES, SAMPLE_FILE } from '../../scripts/lib/paths.mts';
import { Panel } from './pages/panel.ts';
import { TimeView } from './pages/time-view.ts';
import { openWindow } from './setup/browser.ts';
import type { Window } from './setup/browser.ts';
import { takeScreenshot } from './setup/screenshot.ts';

describe('a run in time', () => {
  let window: Window;
  let panel: Panel;
  let time: TimeView;

  beforeAll(async () => {
    window = await openWindow({ folder: SAMPLES, openFile: SAMPLE_FILE });
    await window.workbench.waitForEditor('xgmac.sh');
    await window.workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await window.workbench.placeCursorOn('-device');
    await window.workbench.runCommand('Simulate IRQ path');
    panel = await Panel.find(window.page);
    await panel.chooseDetail('All steps');
    time = new TimeView(panel.frame);
    await time.choose('Time');
  });

  afterAll(async () => {
    await window.close();
  });

  it('has a lane for each thread where it runs, from the device to the guest', async () => {
    await expect.poll(() => time.chosen()).toBe('Time');
    await expect
      .poll(() => time.laneNames())
      .toEqual([
        'Hardware',
        'xgmac',
        'Host kernel',
        'host IRQ',
        'main loop',
        'vCPU 0',
        'QEMU',
        'main loop',
        'vCPU 0',
        'Guest',
        'guest',
      ]);
    await expect.poll(() => time.nodeCount()).toBeLessThan(2_000);
  });

  it('tells where the latency goes, and goes to the steps of a part', async () => {
    await expect.poll(() => time.latency()).toMatch(/Latency .*% running, .*% waiting.*on assumed costs/);
    const parts = await time.latencyParts();
    expect(parts[0]).toContain('host IRQ');
    expect(parts.join()).toContain('wait for vCPU 0');
    await time.pressLatencyPart(/wait for vCPU 0/);
    expect((await panel.stepLabels())[await panel.currentStep()]).toBe('wake-vcpu');
    await expect.poll(() => time.currentInSight()).toBe(true);
  });

  it('follows the step list, zooms about it, and selects what is clicked', async () => {
    await panel.clickStep((await panel.stepLabels()).indexOf('dispatch-handler'));
    const flag = await time.cursorTime();
    expect(flag).toMatch(/^\d+(\.\d)? (ns|µs)$/);
    for (let i = 0; i < 18; i++) await time.press('+');
    await panel.clickStep((await panel.stepLabels()).indexOf('dispatch-handler') + 1);
    await panel.clickStep((await panel.stepLabels()).indexOf('dispatch-handler'));
    await expect.poll(() => time.currentInSight()).toBe(true);
    await expect.poll(() => time.barTexts()).toContain('dispatch-handler');
    await expect
      .poll(() => time.hoverBar('dispatch-handler'))
      .toMatch(/dispatch-handler\n.*\nmain loop, QEMU\n.*µs/);
    await takeScreenshot(window.page, 'time-zoomed');
    await time.press('.');
    expect((await panel.stepLabels())[await panel.currentStep()]).not.toBe('dispatch-handler');
    await time.clickBar('dispatch-handler');
    expect((await panel.stepLabels())[await panel.currentStep()]).toBe('dispatch-handler');
    await time.press('0');
    await expect.poll(() => panel.zoomPercent()).toBe(100);
  });

  it('shows how the times of thousands of interrupts are spread, by kind of cycle', async () => {
    await time.openSpread();
    await expect
      .poll(() => time.spreadSentence())
      .toMatch(/4,000 interrupts: median .*, 90 % .*, 99 % .*, longest/);
    const rows = await time.spreadRows();
    expect(rows.length).toBeGreaterThan(2);
    expect(rows[0]).toMatch(/spurious.*%/s);
    const before = await time.spreadSentence();
    await time.chooseTime('To ready again');
    await expect.poll(() => time.spreadSentence()).not.toBe(before);
    await time.closeSpread();
  });

  it('finds the sequence as it was when the user goes back', async () => {
    await time.choose('Sequence');
    await expect.poll(() => panel.highlightInSight()).toBe(true);
    await expect.poll(() => panel.messageTexts()).toEqual(await panel.stepLabels());
  });

  it('breaks no content security policy on the way', () => {
    expect(window.console.violations()).toEqual([]);
    expect(window.console.complaintsFrom((url) => url.includes('/dist/webview/'))).toEqual([]);
  });
});
