import { element } from '../dom.ts';
import type { DrawnMessages } from './drawn-messages.ts';
import type { ViewTransform } from './view-transform.ts';

/** Numbers closer together than this cannot be read and are hidden. */
const SMALLEST_PITCH = 11;
/** From the top of a message to the height of its words. */
const NUMBER_MIDDLE = 9;

/** The numbers of the steps beside the drawing; they stay when it is moved sideways. */
export class NumberGutter {
  readonly element: HTMLElement;
  readonly #strip = element('div', { class: 'gutter-strip' });
  #tops: readonly number[] = [];
  #cells: readonly HTMLElement[] = [];
  #scale = 0;

  constructor() {
    this.element = element('div', { class: 'gutter', 'aria-hidden': 'true' }, this.#strip);
  }

  /** Takes the heights of the messages from a drawing; `numbers` are those of their steps. */
  show(messages: DrawnMessages | undefined, numbers: readonly number[]): void {
    const boxes = messages ? numbers.map((_, i) => messages.box(i)) : [];
    this.#tops = boxes.map((box) => (box ? box.y + NUMBER_MIDDLE : 0));
    this.#cells = this.#tops.map((_, i) => element('span', { class: 'gutter-number' }, String(numbers[i])));
    this.#strip.replaceChildren(...this.#cells);
    this.#scale = 0;
  }

  /** Makes one number stand out. */
  select(step: number): void {
    this.#cells.forEach((cell, i) => cell.classList.toggle('current', i === step));
  }

  /** Puts the numbers beside their messages; of those that would lie upon another only the first is shown. */
  place({ scale, y }: ViewTransform): void {
    this.#strip.style.transform = `translateY(${String(y)}px)`;
    if (scale === this.#scale) return;
    this.#scale = scale;
    let last = -SMALLEST_PITCH;
    this.#cells.forEach((cell, i) => {
      const top = (this.#tops[i] ?? 0) * scale;
      cell.style.top = `${String(top)}px`;
      cell.hidden = top - last < SMALLEST_PITCH;
      if (!cell.hidden) last = top;
    });
  }
}
