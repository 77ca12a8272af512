import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../scripts/lib/paths.mts';
import { Panel } from './pages/panel.ts';
import { SequenceView } from './pages/sequence.ts';
import { openWindow } from './setup/browser.ts';
import type { Window } from './setup/browser.ts';
import { irqpathSimulate } from './setup/irqpath.ts';
import { takeScreenshot } from './setup/screenshot.ts';

describe('the panel', () => {
  let window: Window;
  let panel: Panel;
  let sequence: SequenceView;

  beforeAll(async () => {
    // Not by the address of the window: VS Code brings no editors back where that names a file.
    window = await openWindow({ folder: SAMPLES });
    await window.workbench.openFile('xgmac.sh');
    await window.workbench.placeCursorOn('-device');
    await window.workbench.runCommand('Simulate IRQ path');
    panel = await Panel.find(window.page);
    sequence = new SequenceView(panel);
  });

  afterAll(async () => {
    await window.close();
  });

  it('answers in a sentence before any diagram, with what it assumes in sight', async () => {
    await expect.poll(() => panel.textOf('path')).toBe('vfio-platform/userspace');
    await expect.poll(() => panel.textOf('answer')).toMatch(/exits per interrupt.*≈ \d+ µs/);
    await expect.poll(() => panel.textOf('assuming')).toMatch(/QEMU 10\.1.*Linux 6\.12/);
    await expect.poll(() => panel.textOf('trust')).toMatch(/^≈ \d+ %|^All/);
  });

  it('begins with an overview that says what it leaves out, in list and drawing alike', async () => {
    const labels = await panel.stepLabels();
    const all = irqpathSimulate('samples/xgmac.sh').shapes[0]?.labels ?? [];
    expect(labels.length).toBeLessThan(all.length / 2);
    await expect.poll(() => sequence.omitted()).toContain('+3 steps');
    expect((await panel.messageTexts()).map((text) => text.replace(/ \(\+\d+ steps?\)$/, ''))).toEqual(
      labels,
    );
    await takeScreenshot(window.page, 'sequence-overview');
  });

  it('shows all steps on demand and stays at the step', async () => {
    await panel.clickStep((await panel.stepLabels()).indexOf('automask'));
    await panel.chooseDetail('All steps');
    const all = irqpathSimulate('samples/xgmac.sh').shapes[0]?.labels;
    await expect.poll(() => panel.stepLabels()).toEqual(all);
    expect((await panel.stepLabels())[await panel.currentStep()]).toBe('automask');
    await takeScreenshot(window.page, 'sequence-all');
    await panel.chooseDetail('Overview');
    await expect.poll(async () => (await panel.stepLabels()).length).toBeLessThan(all?.length ?? 0);
    expect((await panel.stepLabels())[await panel.currentStep()]).toBe('automask');
  });

  it('finds steps by function, party and trace point, and leaves by Escape', async () => {
    await panel.pressInSteps('Control+f');
    await window.page.keyboard.type('irq-none');
    await expect.poll(() => panel.textOf('found')).toBe('1 of 1');
    expect((await panel.stepLabels())[await panel.currentStep()]).toBe('irq-none');
    await sequence.search('kvm_exit');
    await expect.poll(() => panel.textOf('found')).toMatch(/^\d of 9$/);
    const first = await panel.currentStep();
    await window.page.keyboard.press('Enter');
    await expect.poll(() => panel.currentStep()).not.toBe(first);
    await window.page.keyboard.press('Shift+Enter');
    await expect.poll(() => panel.currentStep()).toBe(first);
    await takeScreenshot(window.page, 'sequence-search');
    await window.page.keyboard.press('Escape');
    await expect.poll(() => panel.textOf('found')).toBe('');
  });

  it('hides a party, says so, and is the same after a reload, at the step where it was left', async () => {
    await sequence.hide('vGIC', 'sequence-hide-menu', window.page);
    await expect.poll(() => sequence.hiddenLine()).toMatch(/^Hidden: vGIC \(\d+ steps\)/);
    await expect.poll(() => sequence.columns()).not.toContain('vGIC');
    const step = (await panel.stepLabels()).indexOf('kvm-exit');
    await panel.clickStep(step);
    await window.workbench.reload();
    panel = await Panel.find(window.page);
    sequence = new SequenceView(panel);
    await expect.poll(() => sequence.hiddenLine()).toMatch(/^Hidden: vGIC/);
    await expect.poll(() => panel.currentStep()).toBe(step);
    await expect.poll(() => panel.highlightedMessages()).toEqual([step]);
    await panel.pressButton('Show all');
    await expect.poll(() => sequence.columns()).toContain('vGIC');
  });

  it('is walked through by keyboard, and the diagram follows', async () => {
    // Every step, as the texts from here on name some that the overview leaves out.
    await panel.chooseDetail('All steps');
    const last = (await panel.stepLabels()).length - 1;
    await panel.pressInSteps('Home');
    await expect.poll(() => panel.currentStep()).toBe(0);
    await panel.pressInSteps('ArrowDown');
    await expect.poll(() => panel.currentStep()).toBe(1);
    await expect.poll(() => panel.highlightedMessages()).toEqual([1]);
    await panel.pressInSteps('End');
    await expect.poll(() => panel.currentStep()).toBe(last);
    await expect.poll(() => panel.highlightedMessages()).toEqual([last]);
    await expect.poll(() => panel.highlightInSight()).toBe(true);
    await panel.pressInSteps('Home');
    await expect.poll(() => panel.currentStep()).toBe(0);
    await expect.poll(() => panel.highlightInSight()).toBe(true);
  });

  it('is played, stepped and dragged through, and shows what each step changed', async () => {
    await panel.pressButton(/^Play$/);
    await expect.poll(() => panel.currentStep(), { timeout: 10_000 }).toBeGreaterThan(1);
    await panel.pressButton(/^Pause$/);
    await panel.pressButton(/^First step$/);
    await expect.poll(() => panel.currentStep()).toBe(0);
    await panel.pressButton(/^Step forward$/);
    await expect.poll(() => panel.currentStep()).toBe(1);
    await expect.poll(() => panel.highlightedMessages()).toEqual([1]);
    await panel.pressButton(/^Step back$/);
    await panel.pressButton(/^Last step$/);
    await expect.poll(() => panel.currentStep()).toBe((await panel.stepLabels()).length - 1);
    // The line is masked where the handler disables it.
    await panel.clickStep((await panel.stepLabels()).indexOf('automask'));
    const changes = await panel.textOf('changes');
    expect(changes).toMatch(/\S+ → \S+/);
    await panel.openSection('State');
    for (const change of changes.split('→').slice(1)) {
      await expect.poll(() => panel.textOf('state')).toContain(change.trim().split(/\s/)[0]);
    }
    await takeScreenshot(window.page, 'state');
    await panel.openSection('Step');
    await panel.pressButton(/^First step$/);
  });

  it('goes to a step whose message is clicked, and tells its function and trace points', async () => {
    await panel.clickStep((await panel.stepLabels()).indexOf('automask') - 1);
    await panel.clickMessage((await panel.stepLabels()).indexOf('automask'));
    expect((await panel.stepLabels())[await panel.currentStep()]).toBe('automask');
    await expect.poll(() => panel.textOf('inspector')).toContain('vfio_automasked_irq_handler');
    await expect.poll(() => panel.textOf('inspector')).toContain('drivers/vfio/platform/vfio_platform_irq.c');
  });

  it('tells why this path is taken and the others are not', async () => {
    await panel.openSection('Why this path');
    const why = await panel.textOf('why');
    expect(why).toContain('x-irqfd is off');
    expect(why).toMatch(/Not taken.*vfio-platform\/irqfd.*vfio-platform\/forwarded/s);
    await panel.openSection('Step');
  });

  it('zooms by its buttons, and fits the width of the diagram', async () => {
    const before = await panel.zoomPercent();
    await panel.pressButton(/^Zoom in/);
    await expect.poll(() => panel.zoomPercent()).toBeGreaterThan(before);
    await panel.pressButton(/^Fit/);
    await expect.poll(() => panel.zoomPercent()).toBeLessThan(before);
    await panel.pressButton(/Zoom to 100 %$/);
    await expect.poll(() => panel.zoomPercent()).toBe(100);
  });

  it('breaks no content security policy on the way', () => {
    expect(window.console.violations()).toEqual([]);
    expect(window.console.complaintsFrom((url) => url.includes('/dist/webview/'))).toEqual([]);
  });
});
