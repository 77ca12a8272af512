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
}
