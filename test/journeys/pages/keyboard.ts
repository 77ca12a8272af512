import type { Frame, Page } from 'playwright-core';

/** A place that the focus comes to: what is there, and whether a user can see that it is. */
export interface Stop {
  /** The element's role or tag and its name. */
  readonly name: string;
  /** Whether an outline, a shadow or an underline of the element tells that it has the focus. */
  readonly isVisible: boolean;
}

/** A user without a mouse: where the keys go, and what can be reached by them. */
export class Keyboard {
  readonly #page: Page;
  readonly #frame: Frame;

  constructor(page: Page, frame: Frame) {
    this.#page = page;
    this.#frame = frame;
  }

  /**
   * Presses Tab (or Shift+Tab) until an element of that name has the focus; returns the places on the way. Where the panel
   * ends it turns round: the focus may have come into its middle.
   */
  async tabTo(name: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<readonly Stop[]> {
    const stops: Stop[] = [];
    let pressed = key;
    while (stops.length < 120) {
      await this.#page.keyboard.press(pressed);
      const stop = await this.#stop();
      stops.push(stop);
      if (name.test(stop.name)) return stops;
      if (stop.name === 'nothing') pressed = key === 'Tab' ? 'Shift+Tab' : 'Tab';
    }
    throw new Error(`${key} does not come to ${String(name)}: ${stops.map((stop) => stop.name).join(', ')}`);
  }

  /** Presses ArrowDown in the tree of devices until the row that begins with the label has the focus. */
  async arrowTo(label: string): Promise<void> {
    const focused = this.#page.locator('.pane .monaco-list:focus .monaco-list-row.focused');
    for (let presses = 0; presses < 60; presses++) {
      const [row = ''] = await focused.allInnerTexts();
      if (row.trim().startsWith(label)) return;
      await this.#page.keyboard.press(presses % 30 === 0 ? 'Home' : 'ArrowDown');
      await this.#page.waitForTimeout(100);
    }
    throw new Error(`ArrowDown does not come to ${label}.`);
  }

  /** The controls of the panel that a user sees and can use, by name, without those of a group that arrows reach. */
  async controls(): Promise<readonly string[]> {
    return await this.#frame.evaluate(() => {
      const all = [
        ...document.querySelectorAll<HTMLElement>('button, select, input, a[href], [tabindex="0"]'),
      ];
      const usable = all.filter((element) => {
        if (element.tabIndex < 0 || !element.checkVisibility({ visibilityProperty: true })) return false;
        if ('disabled' in element && element.disabled === true) return false;
        if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return true;
        return element.checked;
      });
      return usable.map((element) => {
        const labels = element instanceof HTMLInputElement ? element.labels : null;
        const words = element.getAttribute('aria-label') ?? labels?.[0]?.innerText ?? element.innerText;
        return `${element.role ?? element.tagName.toLowerCase()} ${words.trim().replaceAll(/\s+/g, ' ')}`;
      });
    });
  }

  /** What has the focus in the panel. */
  async #stop(): Promise<Stop> {
    return await this.#frame.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) {
        return { name: 'nothing', isVisible: true };
      }
      const labels = element instanceof HTMLInputElement ? element.labels : null;
      const words = element.getAttribute('aria-label') ?? labels?.[0]?.innerText ?? element.innerText;
      const name = `${element.role ?? element.tagName.toLowerCase()} ${words.trim().replaceAll(/\s+/g, ' ')}`;
      // A radio button that is drawn as a segment shows its focus at its label.
      const shown = [element, ...(labels ?? [])].map((one) => getComputedStyle(one));
      const isVisible = shown.some(
        (style) =>
          (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none',
      );
      return { name, isVisible };
    });
  }
}
