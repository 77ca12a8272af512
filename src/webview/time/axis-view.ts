import type { ViewTransform } from '../diagram/view-transform.ts';
import { element } from '../dom.ts';
import { clock } from '../format.ts';
import { timeTicks } from './time-axis.ts';

/** What is this close to a flag would be covered by it. */
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
    const endX = destination.timeNs === undefined ? -Infinity : screen(destination.timeNs);
    const isCovered = (x: number, flagX: number): boolean => Math.abs(x - flagX) < FLAG_ROOM;
    const ticks = timeTicks(-view.x / view.scale, (width - view.x) / view.scale, width);
    this.#ticks.replaceChildren(
      ...ticks
        .filter(({ timeNs }) => timeNs >= 0)
        .map(({ timeNs, label }) => {
          const tick = element('div', { class: 'axis-tick' }, element('span', {}, label));
          const x = screen(timeNs);
          tick.classList.toggle('covered', isCovered(x, currentX) || isCovered(x, endX));
          tick.style.left = `${String(x)}px`;
          return tick;
        }),
    );
    place(this.#current, currentX, width, currentNs === undefined ? '' : clock(currentNs));
    place(this.#destination, endX, width, destination.title);
    this.#destination.classList.toggle('covered', isCovered(endX, currentX));
  }
}

function place(flag: HTMLElement, x: number, width: number, words: string): void {
  flag.hidden = x < 0 || x > width;
  flag.style.left = `${String(Math.max(0, x))}px`;
  flag.textContent = words;
}
