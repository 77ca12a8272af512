import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../scripts/lib/paths.mts';
import { DevicesView } from './pages/devices-view.ts';
import { Panel } from './pages/panel.ts';
import { SequenceView } from './pages/sequence.ts';
import { openWindow } from './setup/browser.ts';
import type { Window } from './setup/browser.ts';
import { takeScreenshot } from './setup/screenshot.ts';

/** A line that nobody lowers: all interrupts are one cycle that never ends, with a step for each. */
const PATH = 'irqfd/level-pulse';
/** A hundred thousand of these take seconds on any machine. */
const SLOW_PATH = 'vfio-platform/userspace';
const INTERRUPTS = 100_000;
const MOST_NODES = 5_000;
const LARGEST_MESSAGE = 1_000_000;
const FLIPS = 200;
/** Bytes that the heap may grow by in these: what is kept of a page is less than a quarter of a megabyte. */
const HEAP_GROWTH = 50_000_000;

describe('a run of a hundred thousand interrupts', () => {
  let window: Window;
  let panel: Panel;
  let sequence: SequenceView;
  let chosenAt: number;

  const simulate = (path: string): Promise<void> =>
    new DevicesView(window.page).runAndChoose(() => window.workbench.runCommand('Simulate IRQ path'), path);

  beforeAll(async () => {
    window = await openWindow({ folder: SAMPLES });
    // With a file in the editor, the command would be about it.
    await window.workbench.openFile('README.md');
    await window.workbench.runCommand('View: Close All Editors');
    await simulate(PATH);
    panel = await Panel.find(window.page);
    sequence = new SequenceView(panel);
    await sequence.watchMessages();
    chosenAt = Date.now();
    await sequence.chooseInterrupts(/^100.000 interrupts$/);
  });

  afterAll(async () => {
    await window.close();
  });

  it('folds what repeats into one row and one message', async ({ annotate }) => {
    await expect.poll(() => sequence.steps(), { timeout: 60_000 }).toBeGreaterThan(INTERRUPTS);
    await annotate(`run and shown in ${String(Date.now() - chosenAt)} ms`);
    await expect.poll(() => sequence.drawnAfterMs()).toBeGreaterThan(0);
    await annotate(`drawn ${(await sequence.drawnAfterMs()).toFixed(0)} ms after the answer had come`);
    await panel.chooseDetail('All steps');
    await panel.pressButton('Last step');
    await expect.poll(() => sequence.repeats()).toEqual([`× ${String(INTERRUPTS - 1)}`]);
    expect((await panel.messageTexts()).at(-1)).toBe(`set-cause × ${String(INTERRUPTS - 1)}`);
    await takeScreenshot(window.page, 'long-run-folded');
  });

  it('shows all of it in pages, one diagram of at most 300 messages each', async () => {
    await panel.pressButton('First step');
    await sequence.showRepeats();
    await expect.poll(() => sequence.pageWords()).toBe('Page 1 of 334');
    await expect.poll(async () => (await panel.messageTexts()).length, { timeout: 30_000 }).toBe(300);
    await panel.pressButton('Next page');
    await expect.poll(() => sequence.pageWords()).toBe('Page 2 of 334');
    await panel.pressButton('Last step');
    await expect.poll(() => sequence.pageWords()).toBe('Page 334 of 334');
    await expect.poll(() => sequence.posInSet()).toBe(await sequence.steps());
    await panel.pressInSteps('ArrowUp');
    await expect.poll(() => sequence.posInSet()).toBe((await sequence.steps()) - 1);
    await takeScreenshot(window.page, 'long-run-last-page');
  });

  it('finds a step on another page', async () => {
    await sequence.search('wake-vcpu');
    await expect.poll(() => panel.textOf('found'), { timeout: 20_000 }).toMatch(/^1 of \d+$/);
    await expect.poll(() => sequence.pageWords()).toBe('Page 1 of 334');
    await sequence.search('');
  });

  it('holds few nodes and sends small messages, and its heap stays as it is over two hundred pages', async () => {
    const before = await sequence.heapBytes(window.page);
    await sequence.turnPages(FLIPS);
    await expect.poll(() => sequence.pageWords()).toBe(`Page ${String(FLIPS + 1)} of 334`);
    await expect.poll(async () => (await panel.messageTexts()).length, { timeout: 30_000 }).toBe(300);
    expect((await sequence.heapBytes(window.page)) - before).toBeLessThan(HEAP_GROWTH);
    await expect.poll(() => sequence.nodes()).toBeLessThan(MOST_NODES);
    const largest = await sequence.largestMessage();
    expect(largest).toBeGreaterThan(10_000);
    expect(largest).toBeLessThan(LARGEST_MESSAGE);
  }, 300_000);

  it('says how far a long simulation is, while all else goes on; a cancelled one leaves the answer', async () => {
    await simulate(SLOW_PATH);
    await expect.poll(() => sequence.simulating()).toMatch(/^Simulating: \d+.\d{3} of 100.000 interrupts$/);
    await panel.pressButton('Last step');
    await expect.poll(() => sequence.pageWords()).toBe('Page 334 of 334');
    await takeScreenshot(window.page, 'long-run-progress-vs');
    await panel.pressButton('Cancel');
    await expect.poll(() => sequence.simulating()).toBe('');
    expect(await panel.textOf('path')).toBe(PATH);
    await window.page.getByRole('tab', { name: `${PATH}: IRQ Path` }).waitFor();
    expect(await sequence.steps()).toBeGreaterThan(INTERRUPTS);
  });

  it('goes back to the number of interrupts that the answer has, when another one is cancelled', async () => {
    await sequence.chooseInterrupts(/^100 interrupts$/);
    await expect.poll(() => sequence.steps()).toBeLessThan(INTERRUPTS);
    await simulate(SLOW_PATH);
    await expect.poll(() => panel.textOf('path')).toBe(SLOW_PATH);
    await sequence.chooseInterrupts(/^100.000 interrupts$/);
    await expect.poll(() => sequence.simulating()).toMatch(/^Simulating: /);
    await window.workbench.chooseTheme('Dark Modern', 'vs-dark');
    await takeScreenshot(window.page, 'long-run-progress-vs-dark');
    await panel.pressButton('Cancel');
    await expect.poll(() => sequence.simulating()).toBe('');
    expect(await sequence.interrupts()).toBe('100 interrupts');
    expect(window.console.violations()).toEqual([]);
  });
});
