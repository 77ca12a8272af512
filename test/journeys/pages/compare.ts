import type { Frame, Locator, Page } from 'playwright-core';

const FIND_TIMEOUT_MS = 30_000;
const POLL_MS = 100;

/** The *Compare* tab of the panel. */
export class CompareTab {
  readonly #frame: Frame;

  private constructor(frame: Frame) {
    this.#frame = frame;
  }

  /** Waits for a panel that shows a comparison, or what could be compared. */
  static async find(page: Page): Promise<CompareTab> {
    const end = Date.now() + FIND_TIMEOUT_MS;
    while (Date.now() < end) {
      for (const frame of page.frames()) {
        const tab = frame.getByRole('tab', { name: 'Compare' });
        const isThere = await tab.isVisible().catch(() => false);
        if (isThere) return new CompareTab(frame);
      }
      await page.waitForTimeout(POLL_MS);
    }
    throw new Error('No panel with a Compare tab appeared.');
  }

  /** Opens a tab of the panel by its title. */
  async openTab(title: string): Promise<void> {
    await this.#frame.getByRole('tab', { name: title }).click();
  }

  /** The paths at the heads of the columns of numbers. */
  async paths(): Promise<readonly string[]> {
    return await this.#numbers().locator('thead code').allTextContents();
  }

  /** What each other column costs against the first, a sentence each. */
  async deltas(): Promise<readonly string[]> {
    const texts = await this.#frame.locator('[data-testid="deltas"] p').allTextContents();
    return texts.map((text) => text.replaceAll('\u00a0', ' '));
  }

  /** What differs first, in words. */
  async difference(): Promise<string> {
    return (await this.#frame.locator('[data-testid="difference"]').textContent()) ?? '';
  }

  /** The labels of the steps of a column of the drawing, counted from 0. */
  async steps(column: number): Promise<readonly string[]> {
    return await this.#drawing()
      .locator(`tbody td:nth-child(${String(column + 2)}) .label`)
      .evaluateAll((labels) => labels.map((label) => label.firstChild?.textContent ?? ''));
  }

  /** How many rows of the drawing there are, and how many of them not all runs have. */
  async rows(): Promise<{ readonly all: number; readonly own: number }> {
    const rows = this.#drawing().locator('tbody tr');
    return { all: await rows.count(), own: await this.#drawing().locator('tbody tr.own').count() };
  }

  /** Whether the cells of every row stand at the same height, and so do those of one step. */
  async isAligned(): Promise<boolean> {
    return await this.#drawing()
      .locator('tbody tr')
      .evaluateAll((rows) =>
        rows.every((row) => {
          const tops = [...row.children].map((cell) => Math.round(cell.getBoundingClientRect().top));
          return new Set(tops).size === 1;
        }),
      );
  }

  /** Whether the names of the parties stand beside each other above every column, none upon another. */
  async partiesAreApart(): Promise<boolean> {
    return await this.#drawing()
      .locator('.party-names')
      .evaluateAll((columns) =>
        columns.every(({ children }) => {
          const lefts = [...children].map((name) => Math.round(name.getBoundingClientRect().left));
          return lefts.length > 1 && new Set(lefts).size === lefts.length;
        }),
      );
  }

  /** A number of the table, by the name of its row and its column from 0, without differences and marks. */
  async number(name: string, column: number): Promise<string> {
    const row = this.#numbers().locator('tbody tr', {
      has: this.#frame.getByRole('rowheader', { name, exact: true }),
    });
    return (await row.locator('td').nth(column).locator('.value').textContent()) ?? '';
  }

  /** What the panel offers to compare with: the words of each button. */
  async offers(): Promise<readonly string[]> {
    return await this.#frame.locator('[data-testid="offers"] button').allInnerTexts();
  }

  async pressButton(name: string | RegExp): Promise<void> {
    await this.#frame.getByRole('button', { name }).first().click();
  }

  async check(label: string): Promise<void> {
    await this.#frame.getByLabel(label).check();
  }

  #numbers(): Locator {
    return this.#frame.locator('[data-testid="comparison"]');
  }

  #drawing(): Locator {
    return this.#frame.locator('[data-testid="side-by-side"]');
  }
}
