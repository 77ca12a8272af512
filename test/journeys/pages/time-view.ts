import type { Frame, Locator } from 'playwright-core';

/** The Time view of the panel: what a user sees and does there, in a panel's frame. */
export class TimeView {
  readonly #frame: Frame;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  /** Goes from one drawing of the run to the other. */
  async choose(drawing: 'Sequence' | 'Time'): Promise<void> {
    await this.#frame.getByRole('radio', { name: drawing }).click();
  }

  /** The drawing that is chosen. */
  async chosen(): Promise<string> {
    return (await this.#frame.getByRole('radio', { checked: true }).first().textContent()) ?? '';
  }

  /** The names of the lanes under their headings, from top to bottom. */
  async laneNames(): Promise<readonly string[]> {
    return await this.#frame.locator('.lane-heading, .lane-name').allTextContents();
  }

  /** The sentence above the lanes. */
  async latency(): Promise<string> {
    return (await this.#frame.getByTestId('latency').textContent()) ?? '';
  }

  /** The parts of the latency, in words. */
  async latencyParts(): Promise<readonly string[]> {
    return await this.#frame
      .getByRole('list', { name: 'Parts of the latency' })
      .getByRole('button')
      .allTextContents();
  }

  /** Presses a part of the latency. */
  async pressLatencyPart(name: RegExp): Promise<void> {
    await this.#frame
      .getByRole('list', { name: 'Parts of the latency' })
      .getByRole('button', { name })
      .first()
      .click();
  }

  /** The words in the bars that are wide enough for them. */
  async barTexts(): Promise<readonly string[]> {
    return await this.#lanes().locator('text').allTextContents();
  }

  /** Clicks a bar by the words in it. */
  async clickBar(words: string): Promise<void> {
    const box = await this.#lanes().locator('text', { hasText: words }).first().boundingBox();
    if (!box) throw new Error(`no bar says ${words}`);
    await this.#lanes()
      .page()
      .mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  }

  /** Puts the pointer on a bar by the words in it, and gives what is said about it then. */
  async hoverBar(words: string): Promise<string> {
    const box = await this.#lanes().locator('text', { hasText: words }).first().boundingBox();
    if (!box) throw new Error(`no bar says ${words}`);
    await this.#lanes()
      .page()
      .mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    return await this.#frame.locator('.hover-tip').innerText();
  }

  /** Presses a key while the lanes have the focus. */
  async press(key: string): Promise<void> {
    await this.#lanes().press(key);
  }

  /** The time on the flag of the current step. */
  async cursorTime(): Promise<string> {
    return (await this.#frame.locator('.axis-flag.current').textContent()) ?? '';
  }

  /** Whether the frame of the current bar is in sight. */
  async currentInSight(): Promise<boolean> {
    const [outer, inner] = await Promise.all([
      this.#lanes().boundingBox(),
      this.#frame.locator('.bar-current').boundingBox(),
    ]);
    return (
      outer !== null &&
      inner !== null &&
      inner.x + inner.width > outer.x &&
      inner.x < outer.x + outer.width &&
      inner.y >= outer.y - 2 &&
      inner.y + inner.height <= outer.y + outer.height + 2
    );
  }

  /** How many elements the view is made of. */
  async nodeCount(): Promise<number> {
    return await this.#frame.locator('.time-view *').count();
  }

  /** Goes to the spread, which has to be run first, and waits for its table and chart. */
  async openSpread(): Promise<void> {
    await this.#frame.getByRole('radio', { name: 'Many cycles' }).click();
    await this.#frame.getByTestId('spread').getByRole('table').waitFor({ timeout: 60_000 });
    await this.#frame.getByTestId('spread-chart').locator('canvas').waitFor();
  }

  /** Goes back to the lanes of one cycle. */
  async closeSpread(): Promise<void> {
    await this.#frame.getByRole('radio', { name: 'One cycle' }).click();
  }

  /** The spread in a sentence. */
  async spreadSentence(): Promise<string> {
    return (await this.#frame.getByTestId('spread-sentence').textContent()) ?? '';
  }

  /** The rows of the spread's table: names and figures. */
  async spreadRows(): Promise<readonly string[]> {
    return await this.#frame.getByTestId('spread').locator('tbody tr').allInnerTexts();
  }

  /** Chooses which time's spread is shown. */
  async chooseTime(name: string): Promise<void> {
    await this.#frame.getByRole('radio', { name }).click();
  }

  #lanes(): Locator {
    return this.#frame.getByTestId('lanes');
  }
}
