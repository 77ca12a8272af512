import type { Locator, Page } from 'playwright-core';

/** The *Devices* view in the side bar. */
export class DevicesView {
  readonly #page: Page;
  readonly #pane: Locator;
  readonly #rows: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#pane = page.locator('.pane', { has: page.locator('.pane-header[aria-label^="Devices"]') });
    this.#rows = this.#pane.locator('.monaco-list-row');
  }

  /** Texts of all rows, top to bottom: label and description. */
  async rows(): Promise<readonly string[]> {
    return await this.#rows.evaluateAll((rows) =>
      rows.map((row) => (row.querySelector('.monaco-icon-label')?.textContent ?? '').replaceAll(/\s+/g, ' ')),
    );
  }

  /** Waits for a row and shows what is below it. */
  async expand(label: string): Promise<void> {
    const row = this.#row(label);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false')
      await row.locator('.monaco-tl-twistie').click();
  }

  /** Presses a row as a user does. */
  async press(label: string): Promise<void> {
    await this.#row(label).locator('.label-name').click();
  }

  /** As `press`; returns when the press arrived in the page, in milliseconds since 1970. */
  async pressAt(label: string): Promise<number> {
    await this.#page.evaluate(() => {
      const note = (): void => {
        Object.assign(window, { pressedAt: performance.timeOrigin + performance.now() });
      };
      document.addEventListener('mouseup', note, { once: true, capture: true });
    });
    await this.press(label);
    return await this.#page.evaluate(() => (window as unknown as { pressedAt?: number }).pressedAt ?? NaN);
  }

  /** Ticks the box of a device, or takes the tick away. */
  async check(label: string): Promise<void> {
    const box = this.#row(label).locator('.custom-view-tree-node-item-checkbox');
    const wanted = (await box.getAttribute('aria-checked')) === 'true' ? 'false' : 'true';
    await box.click();
    // Its tooltip would lie upon the boxes below.
    await this.#page.mouse.move(0, 0);
    await this.#row(label)
      .locator(`.custom-view-tree-node-item-checkbox[aria-checked="${wanted}"]`)
      .waitFor();
  }

  /** Presses the button of that name at a row; it shows when the pointer is on the row. */
  async pressAction(label: string, action: string): Promise<void> {
    await this.#row(label).hover();
    await this.#row(label).locator(`.action-label[aria-label="${action}"]`).click();
  }

  /** Presses a button above the tree, by its name. */
  async pressTitle(name: string): Promise<void> {
    const header = this.#pane.locator('.pane-header');
    for (let attempt = 1; ; attempt++) {
      await header.hover();
      try {
        await header.getByRole('button', { name }).click({ timeout: 5_000 });
        return;
      } catch (error) {
        // The buttons are there while the pointer is; one that never left does not come again.
        if (attempt === 6) throw error;
        await this.#page.mouse.move(0, 0);
      }
    }
  }

  /** Ticks an entry of the list that a command has opened, of which several can be chosen. */
  async tick(label: string): Promise<void> {
    const input = this.#page.locator('.quick-input-widget input[type="text"]');
    await input.fill(label);
    await this.#page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click();
    await input.fill('');
  }

  /** Accepts what a dialog for files proposes, or this file. */
  async acceptFile(path?: string): Promise<void> {
    const widget = this.#page.locator('.quick-input-widget');
    const input = widget.locator('input[type="text"]');
    const accept = widget.getByRole('button', { name: 'OK' });
    await accept.waitFor();
    for (let attempt = 1; ; attempt++) {
      // What the dialog proposes late takes the place of what was typed.
      if (path !== undefined) await input.fill(path);
      if (attempt % 2 === 1) await accept.click();
      else await input.press('Enter');
      try {
        await accept.waitFor({ state: 'hidden', timeout: 5_000 });
        return;
      } catch (error) {
        // While the dialog looks for the file a press may go nowhere.
        if (attempt === 6) throw error;
      }
    }
  }

  /** Chooses an entry of the list that a command has opened. */
  async choose(label: string): Promise<void> {
    await this.#listed(label).click();
  }

  /** Runs a command that opens a list, and chooses an entry. */
  async runAndChoose(run: () => Promise<void>, label: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await run();
      try {
        await this.#listed(label).click({ timeout: 10_000 });
        return;
      } catch (error) {
        // VS Code gives the focus back where it was before the command, late at times: the list closes then.
        if (attempt === 3) throw error;
      }
    }
  }

  #listed(label: string): Locator {
    return this.#page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first();
  }

  #row(label: string): Locator {
    return this.#rows
      .filter({ has: this.#page.locator(`.monaco-highlighted-label:text-is("${label}")`) })
      .first();
  }
}
