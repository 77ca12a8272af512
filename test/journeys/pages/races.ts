import type { Frame, Page } from 'playwright-core';

const FIND_TIMEOUT_MS = 30_000;
const POLL_MS = 100;

/** The Races tab of the panel, by what stands on it. */
export class Races {
  readonly frame: Frame;

  private constructor(frame: Frame) {
    this.frame = frame;
  }

  /** Waits for a panel whose Races tab is open. */
  static async find(page: Page): Promise<Races> {
    const end = Date.now() + FIND_TIMEOUT_MS;
    while (Date.now() < end) {
      for (const frame of page.frames()) {
        const tab = frame.getByRole('tab', { name: 'Races', selected: true });
        const isThere = await tab.isVisible().catch(() => false);
        if (isThere) return new Races(frame);
      }
      await page.waitForTimeout(POLL_MS);
    }
    throw new Error('No panel with an open Races tab appeared.');
  }

  /** Presses the button of that name. */
  async press(name: string | RegExp): Promise<void> {
    await this.frame.getByRole('button', { name }).click();
  }

  /** Opens a tab of the panel. */
  async openTab(name: string): Promise<void> {
    await this.frame.getByRole('tab', { name }).click();
  }

  /** Whether there is a button of that name that can be pressed. */
  async offers(name: string | RegExp): Promise<boolean> {
    return await this.frame
      .getByRole('button', { name })
      .isEnabled({ timeout: 1_000 })
      .catch(() => false);
  }

  /** The text of a part of the tab: `explored`, `exploring`, `race`, `race-fixed`, `race-title`, `races`. */
  async textOf(part: string): Promise<string> {
    return await this.frame
      .locator(`[data-testid="${part}"]`)
      .innerText({ timeout: 500 })
      .catch(() => '');
  }

  /** How many rows the counterexample has, as screen readers are told. */
  async rowCount(): Promise<number> {
    const row = this.frame.locator('.race [data-testid="step"]').first();
    return Number(await row.getAttribute('aria-setsize'));
  }

  /** The rows of the counterexample that are in sight, as they are read, top to bottom. */
  async rows(): Promise<readonly string[]> {
    return await this.frame.locator('.race [data-testid="step"]').allInnerTexts();
  }

  /** The row that is current, as it is read. */
  async currentRow(): Promise<string> {
    return await this.frame.locator('.race [data-testid="step"][aria-selected="true"]').innerText();
  }

  /** How many messages the diagram of the counterexample has; which of them stands out, from 0. */
  async diagram(): Promise<{ readonly messages: number; readonly current: number }> {
    return await this.frame.locator('.race svg .messageText').evaluateAll((texts) => ({
      messages: texts.length,
      current: texts.findIndex((text) => text.classList.contains('current')),
    }));
  }

  /** Presses a key in the list of steps. */
  async pressInSteps(key: string): Promise<void> {
    await this.frame.locator('.race [data-testid="steps"]').press(key);
  }

  /** The button that has the focus, by its name; empty if none has. */
  async focusedButton(): Promise<string> {
    return await this.frame.evaluate(() => {
      const active = document.activeElement;
      return active instanceof HTMLButtonElement
        ? (active.getAttribute('aria-label') ?? active.innerText)
        : '';
    });
  }
}
