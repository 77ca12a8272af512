import type { Frame, Page } from 'playwright-core';

const FIND_TIMEOUT_MS = 60_000;
const POLL_MS = 100;

/** The extension's panel, found in whichever nested frame VS Code has put it. */
export class Panel {
  readonly frame: Frame;

  private constructor(frame: Frame) {
    this.frame = frame;
  }

  /** Waits for a panel that shows a list of steps and a drawn diagram; rejects with what there is instead. */
  static async find(page: Page): Promise<Panel> {
    const end = Date.now() + FIND_TIMEOUT_MS;
    while (Date.now() < end) {
      for (const frame of page.frames()) {
        const [step, message] = await Promise.all([
          frame.locator('[data-testid="step"]').count(),
          frame.locator('svg .messageText').count(),
        ]).catch(() => [0, 0] as const);
        if (step > 0 && message > 0) return new Panel(frame);
      }
      await page.waitForTimeout(POLL_MS);
    }
    const texts = await Promise.all(
      page.frames().map(async (frame) => {
        const text = await frame
          .locator('body')
          .innerText({ timeout: 1000 })
          .catch(() => '');
        return `${frame.url().slice(0, 100)}: ${text.slice(0, 500)}`;
      }),
    );
    throw new Error(`No panel with steps and a diagram appeared. The frames:\n${texts.join('\n')}`);
  }

  /**
   * The labels of the rows of the step list, top to bottom. Only rows in sight are in the document: the list is scrolled
   * through, as a user would, and is where it was afterwards.
   */
  async stepLabels(): Promise<readonly string[]> {
    return await this.frame.locator('[data-testid="steps"]').evaluate(async (list) => {
      const labels: string[] = [];
      const top = list.scrollTop;
      for (list.scrollTop = 0; ; list.scrollTop += list.clientHeight) {
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        for (const row of list.querySelectorAll<HTMLElement>('[role="option"]')) {
          labels[Number(row.ariaPosInSet) - 1] = row.dataset.label ?? '';
        }
        if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) break;
      }
      list.scrollTop = top;
      // Rows of the pages before are not in this list.
      return Object.values(labels);
    });
  }

  /** Chooses *Overview* or *All steps*, of which one has more rows, and waits until the list has them. */
  async chooseDetail(detail: 'Overview' | 'All steps'): Promise<void> {
    const choice = this.frame.getByRole('radio', { name: detail });
    if (await choice.isChecked()) return;
    const length = await this.frame.locator('[data-testid="step"]').first().getAttribute('aria-setsize');
    await choice.check();
    const others = this.frame.locator(`[data-testid="step"]:not([aria-setsize="${length ?? ''}"])`);
    await others.first().waitFor();
  }

  /** Chooses the shape at `index` (from 0) in the list of shapes. */
  async chooseShape(index: number): Promise<void> {
    await this.frame.getByLabel(/^Shape of/).selectOption({ index });
  }

  /** The texts of the diagram's messages, in the order in which they are drawn. */
  async messageTexts(): Promise<readonly string[]> {
    return await this.frame
      .locator('svg .messageText')
      .evaluateAll((texts) => texts.map((text) => text.textContent.trim()));
  }

  /** The position, from 0, of the current row among those that the list has; -1 if there is none. */
  async currentStep(): Promise<number> {
    return await this.frame.locator('[data-testid="step"]').evaluateAll((rows) => {
      const current = rows.find((row) => row.ariaSelected === 'true');
      return Number(current?.ariaPosInSet ?? 0) - 1;
    });
  }

  /** The position of the message that stands out in the diagram; all of them, should it be several. */
  async highlightedMessages(): Promise<readonly number[]> {
    return await this.frame
      .locator('svg .messageText')
      .evaluateAll((texts) => texts.flatMap((text, i) => (text.classList.contains('current') ? [i] : [])));
  }

  /** Whether the highlighted message is inside of what the panel shows of the diagram. */
  async highlightInSight(): Promise<boolean> {
    return await this.frame.locator('svg .messageText.current').evaluate((text) => {
      const inner = text.getBoundingClientRect();
      const outer = text.closest('[data-testid="diagram"]')?.getBoundingClientRect();
      return outer !== undefined && inner.top >= outer.top && inner.bottom <= outer.bottom;
    });
  }

  /** Clicks the row of the step list at a position. */
  async clickStep(position: number): Promise<void> {
    const row = this.frame.locator(`[data-testid="step"][aria-posinset="${String(position + 1)}"]`);
    await this.frame.locator('[data-testid="steps"]').evaluate(async (list, index) => {
      list.scrollTop = index * 20 - list.clientHeight / 2;
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    }, position);
    await row.click();
  }

  /** Clicks the words of the message at a position of the diagram. */
  async clickMessage(position: number): Promise<void> {
    await this.frame.locator('svg .messageText').nth(position).click();
  }

  /** Presses a key while the step list has the focus. */
  async pressInSteps(key: string): Promise<void> {
    await this.frame.locator('[data-testid="steps"]').press(key);
  }

  /** The text of a part of the panel: `answer`, `assuming`, `trust`, `inspector`, `why`, `numbers`. */
  async textOf(part: string): Promise<string> {
    const text = await this.frame.locator(`[data-testid="${part}"]`).textContent();
    // Between a number and its unit no line is broken.
    return (text ?? '').replaceAll('\u00a0', ' ');
  }

  /** The paths at the heads of the columns of a comparison. */
  async comparedPaths(): Promise<readonly string[]> {
    return await this.frame.locator('[data-testid="comparison"] thead code').allTextContents();
  }

  /** From now on notes in the page when each path is first shown, so that what a test takes to look is not counted. */
  async stampPaths(): Promise<void> {
    await this.frame.evaluate(() => {
      const stamps: Record<string, number> = {};
      const observer = new MutationObserver(() => {
        const path = document.querySelector('[data-testid="path"]')?.textContent ?? '';
        stamps[path] ??= performance.timeOrigin + performance.now();
      });
      observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      Object.assign(window, { stamps });
    });
  }

  /** When a path was first shown after `stampPaths`, in milliseconds since 1970; not a number if it was not. */
  async stampOf(path: string): Promise<number> {
    return await this.frame.evaluate(
      (name) => (window as unknown as { stamps?: Record<string, number> }).stamps?.[name] ?? NaN,
      path,
    );
  }

  /** The zoom of the diagram as the toolbar says it, in percent. */
  async zoomPercent(): Promise<number> {
    return parseInt((await this.frame.locator('.scale').textContent()) ?? '', 10);
  }

  /** Presses the button of that name. */
  async pressButton(name: string | RegExp): Promise<void> {
    await this.frame.getByRole('button', { name }).click();
  }

  /** The titles of the tabs at the top. */
  async tabs(): Promise<readonly string[]> {
    return await this.frame.getByRole('tablist', { name: 'Questions' }).getByRole('tab').allTextContents();
  }

  /** The titles of the sections of the lower part, none if the present tab has no such part. */
  async sections(): Promise<readonly string[]> {
    return await this.frame.getByRole('tablist', { name: 'Details' }).getByRole('tab').allTextContents();
  }

  /** Opens a tab, or a section of the lower part, by its title. */
  async openSection(title: string): Promise<void> {
    await this.frame.getByRole('tab', { name: title, exact: true }).click();
  }

  /** Contrast, by WCAG's formula, of message texts to the page behind them: the lowest one. */
  async messageContrast(): Promise<number> {
    return await this.frame.locator('svg .messageText').evaluateAll((texts) => {
      const luminance = (colour: string): number => {
        const [r = 0, g = 0, b = 0] = (/\d+(?:\.\d+)?/g[Symbol.match](colour) ?? []).map((part) => {
          const value = Number(part) / 255;
          return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const page = luminance(getComputedStyle(document.body).backgroundColor);
      return Math.min(
        ...texts.map((text) => {
          const words = luminance(getComputedStyle(text).fill);
          return (Math.max(words, page) + 0.05) / (Math.min(words, page) + 0.05);
        }),
      );
    });
  }
}
