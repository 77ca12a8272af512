import type { Frame, Page } from 'playwright-core';
import { takeScreenshot } from '../setup/screenshot.ts';
import type { Panel } from './panel.ts';

/** The panel's *Sequence* view, as far as it is about what of a run is shown. */
export class SequenceView {
  readonly #frame: Frame;

  constructor({ frame }: Panel) {
    this.#frame = frame;
  }

  /** What rows in sight say of the steps that are left out after them. */
  async omitted(): Promise<readonly string[]> {
    return await this.#frame.locator('.step .omitted').allTextContents();
  }

  /** Types into the search field. */
  async search(text: string): Promise<void> {
    await this.#frame.getByLabel('Search steps').fill(text);
  }

  /** Hides a party by the menu; takes a picture of it if a name is given. */
  async hide(party: string, picture?: string, page?: Page): Promise<void> {
    await this.#frame.getByRole('button', { name: /^Hide/ }).click();
    await this.#frame.getByRole('checkbox', { name: party, exact: true }).check();
    if (picture !== undefined && page) await takeScreenshot(page, picture);
    await this.#frame.getByRole('checkbox', { name: party, exact: true }).press('Escape');
  }

  /** The line that says what is hidden; empty if it is not there. */
  async hiddenLine(): Promise<string> {
    const line = this.#frame.locator('[data-testid="hidden"]');
    return (await line.isVisible()) ? ((await line.textContent()) ?? '') : '';
  }

  /** The names above the columns of the drawing. */
  async columns(): Promise<readonly string[]> {
    return await this.#frame.locator('.party-cell').allTextContents();
  }

  /** Chooses how many interrupts are run. */
  async chooseInterrupts(label: RegExp): Promise<void> {
    const select = this.#frame.getByLabel(/^Number of /);
    const options = await select.locator('option').allTextContents();
    await select.selectOption({ index: options.findIndex((option) => label.test(option)) });
  }

  /** Takes the tick from *Repeats*: what comes several times is shown as often. */
  async showRepeats(): Promise<void> {
    await this.#frame.getByRole('button', { name: /^Hide/ }).click();
    await this.#frame.getByRole('checkbox', { name: 'Repeats' }).uncheck();
    await this.#frame.getByRole('checkbox', { name: 'Repeats' }).press('Escape');
  }

  /** Number of steps of the shape, as the player says it. */
  async steps(): Promise<number> {
    const words = (await this.#frame.locator('.position').textContent()) ?? '';
    return Number(words.split('/')[1] ?? NaN);
  }

  /** What rows in sight say of how often they come. */
  async repeats(): Promise<readonly string[]> {
    return await this.#frame.locator('.step .times').allTextContents();
  }

  async pageWords(): Promise<string> {
    return (await this.#frame.locator('.page-number').textContent()) ?? '';
  }

  /** The place of the current row among all rows, counted from 1, as screen readers are told. */
  async posInSet(): Promise<number> {
    const current = this.#frame.locator('[data-testid="step"][aria-selected="true"]');
    return Number(await current.getAttribute('aria-posinset'));
  }

  /** Goes on by so many pages, each as soon as the one before is there. */
  async turnPages(count: number): Promise<void> {
    await this.#frame.evaluate(async (times) => {
      const words = (): string => document.querySelector('.page-number')?.textContent ?? '';
      const next = document.querySelector<HTMLElement>('button[aria-label="Next page"]');
      for (let i = 0; i < times; i++) {
        const before = words();
        next?.click();
        while (words() === before) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }, count);
  }

  /** Number of nodes of the panel's document, texts included. */
  async nodes(): Promise<number> {
    return await this.#frame.evaluate(() => {
      const walker = document.createTreeWalker(document);
      let count = 1;
      while (walker.nextNode()) count++;
      return count;
    });
  }

  /** From now on takes note of the length of what the extension sends, and of when an answer comes and is drawn. */
  async watchMessages(): Promise<void> {
    await this.#frame.evaluate(() => {
      const noted = { largest: 0, run: NaN, answeredMs: NaN, drawnMs: NaN };
      window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        const text = JSON.stringify(data);
        noted.largest = Math.max(noted.largest, text.length);
        const run = Number(/"answer":\{"run":(\d+)/.exec(text)?.[1] ?? NaN);
        if (Number.isNaN(run) || run === noted.run) return;
        Object.assign(noted, { run, answeredMs: performance.now(), drawnMs: NaN });
      });
      const isDrawing = (node: Node): boolean =>
        node instanceof Element && (node.matches('svg') || node.querySelector('svg .messageText') !== null);
      new MutationObserver((changes) => {
        if (Number.isNaN(noted.answeredMs) || !Number.isNaN(noted.drawnMs)) return;
        if (!changes.some(({ addedNodes }) => [...addedNodes].some(isDrawing))) return;
        noted.drawnMs = performance.now();
        requestAnimationFrame(() => (noted.drawnMs = performance.now()));
      }).observe(document.body, { subtree: true, childList: true });
      Object.assign(window, { noted });
    });
  }

  /** From the message with the last answer since then to its diagram, in milliseconds. */
  async drawnAfterMs(): Promise<number> {
    return await this.#frame.evaluate(() => {
      const { noted } = window as unknown as { noted?: { answeredMs: number; drawnMs: number } };
      return noted ? noted.drawnMs - noted.answeredMs : NaN;
    });
  }

  /** What the line of a long simulation says; empty if it is not there. */
  async simulating(): Promise<string> {
    const line = this.#frame.locator('[data-testid="simulating"]');
    return (await line.isVisible()) ? ((await line.textContent()) ?? '') : '';
  }

  /** The choice of the number of interrupts. */
  async interrupts(): Promise<string> {
    const select = this.#frame.getByLabel(/^Number of /);
    return await select.evaluate((element) => (element as HTMLSelectElement).selectedOptions[0]?.text ?? '');
  }

  /** The length of the longest message since then, in UTF-16 units of its JSON. */
  async largestMessage(): Promise<number> {
    return await this.#frame.evaluate(
      () => (window as unknown as { noted?: { largest: number } }).noted?.largest ?? NaN,
    );
  }

  /** What the scripts of the window hold after garbage was collected; panel and workbench share it. */
  async heapBytes(page: Page): Promise<number> {
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return usedSize;
  }
}
