import type { ViewTransform } from '../diagram/view-transform.ts';
import { element } from '../dom.ts';
import { clock } from '../format.ts';
import { timeTicks } from './time-axis.ts';

/** What is this close to the current step's flag would be covered by it. */
const FLAG_ROOM = 48;

/** The axis above the lanes: round times, and flags for the current step and for the end of the latency. */
export class AxisView {
  readonly #ticks = element('div', { class: 'axis-ticks' });
  readonly #current = element('div', { class: 'axis-flag current' });
  readonly #destination = element('div', { class: 'axis-flag destination' });
  readonly element = element(
    'div',
    { class: 'time-axis', 'aria-hidden': 'true' },
    element('div', { class: 'axis-track' }, this.#ticks, this.#destination, this.#current),
  );

  /** Draws the axis of a viewport of that width; a flag whose time is undefined is not there. */
  draw(
    view: ViewTransform,
    width: number,
    currentNs: number | undefined,
    destination: { readonly timeNs: number | undefined; readonly title: string },
  ): void {
    const screen = (timeNs: number): number => timeNs * view.scale + view.x;
    const currentX = currentNs === undefined ? -Infinity : screen(currentNs);
    const ticks = timeTicks(-view.x / view.scale, (width - view.x) / view.scale, width);
    this.#ticks.replaceChildren(
      ...ticks
        .filter(({ timeNs }) => timeNs >= 0)
        .map(({ timeNs, label }) => {
          const tick = element('div', { class: 'axis-tick' }, element('span', {}, label));
          tick.classList.toggle('covered', Math.abs(screen(timeNs) - currentX) < FLAG_ROOM);
          tick.style.left = `${String(screen(timeNs))}px`;
          return tick;
        }),
    );
    place(this.#current, currentX, width, currentNs === undefined ? '' : clock(currentNs));
    const { timeNs, title } = destination;
    const endX = timeNs === undefined ? -Infinity : screen(timeNs);
    place(this.#destination, endX, width, title);
    this.#destination.classList.toggle('covered', Math.abs(endX - currentX) < FLAG_ROOM);
  }
}

function place(flag: HTMLElement, x: number, width: number, words: string): void {
  flag.hidden = x < 0 || x > width;
  flag.style.left = `${String(Math.max(0, x))}px`;
  flag.textContent = words;
}
