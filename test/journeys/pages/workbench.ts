import type { Page } from 'playwright-core';

/** VS Code's window: what a user does in it outside of our panel. */
export class Workbench {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Until the workbench is drawn and its first editor, if any was asked for, has text. */
  async waitUntilReady(): Promise<void> {
    await this.#page.locator('.monaco-workbench .part.editor').waitFor({ timeout: 60_000 });
  }

  /** Until `name` is the active editor's tab and its text is there. */
  async waitForEditor(name: string): Promise<void> {
    const page = this.#page;
    await page.locator('.tab.active', { hasText: name }).waitFor({ timeout: 60_000 });
    await page.locator('.editor-instance .view-line').first().waitFor({ timeout: 60_000 });
  }

  /** Puts the cursor at the first line of the active editor that shows `text`, by a click into the text. */
  async placeCursorOn(text: string): Promise<void> {
    // VS Code draws spaces as no-break spaces.
    const pattern = new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ /g, '[ \\u00a0]'));
    await this.#page.locator('.editor-instance .view-line span span', { hasText: pattern }).first().click();
  }

  /** Presses a word of the code lens that has a text, until a tab of the name that it opens is there. */
  async pressLens(text: string, word: string, tab: string): Promise<void> {
    const page = this.#page;
    const lens = page.locator('.codelens-decoration', { hasText: text }).getByText(word, { exact: true });
    for (let attempt = 1; ; attempt++) {
      await lens.click();
      try {
        await page.locator('.tabs-container .tab', { hasText: tab }).waitFor({ timeout: 10_000 });
        return;
      } catch (error) {
        // A lens that is drawn anew while the button is down takes no press.
        if (attempt === 3) throw error;
      }
    }
  }

  /** What the first editor shows of its text. */
  async editorText(): Promise<string> {
    const lines = await this.#page
      .locator('.editor-instance .view-lines')
      .first()
      .locator('.view-line')
      .evaluateAll((elements) =>
        elements
          .map((line) => ({ top: parseFloat((line as HTMLElement).style.top), text: line.textContent }))
          .sort((a, b) => a.top - b.top)
          .map(({ text }) => text.replaceAll('\u00a0', ' ')),
      );
    return lines.join('\n');
  }

  /** Whether what is typed now would go into a text editor. */
  async focusIsInEditor(): Promise<boolean> {
    return await this.#page.evaluate(() => document.activeElement?.closest('.monaco-editor') !== null);
  }

  /** F1, the title of a command, Enter. */
  async runCommand(title: string): Promise<void> {
    await this.#choose(`>${title}`, title);
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.#choose(name, name);
    await this.waitForEditor(name);
  }

  /** Reloads the window by VS Code's own command, which writes its state down before. */
  async reload(): Promise<void> {
    const loaded = this.#page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.waitUntilReady();
  }

  /** Changes the colour theme by its name, as a user does, and waits until it is there. */
  async chooseTheme(name: string, bodyClass: string): Promise<void> {
    const page = this.#page;
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Control+t');
    await page.locator('.quick-input-widget input[type="text"]').fill(name);
    await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: name }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator(`.monaco-workbench.${bodyClass}`).waitFor();
  }

  /**
   * F1, a text, Enter on the row that it finds. Whatever takes the focus just then (an editor that opens late) closes the
   * input: once more, then.
   */
  async #choose(text: string, row: string): Promise<void> {
    const page = this.#page;
    const input = page.locator('.quick-input-widget input[type="text"]');
    const found = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: row });
    for (let attempt = 1; ; attempt++) {
      await page.keyboard.press('F1');
      try {
        await input.fill(text, { timeout: 10_000 });
        await found.waitFor({ timeout: 10_000 });
        break;
      } catch (error) {
        if (attempt === 3) throw error;
        await page.keyboard.press('Escape');
      }
    }
    await page.keyboard.press('Enter');
  }
}
