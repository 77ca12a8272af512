import type { TimedRow } from '../../protocol/timing.ts';
import { listenForPanZoom } from '../diagram/pan-zoom.ts';
import type { Size, ViewTransform } from '../diagram/view-transform.ts';
import { element } from '../dom.ts';
import { homeInWords } from '../format.ts';
import { HoverTip } from './hover-tip.ts';
import { barTop, BAR_HEIGHT, LANE_HEIGHT, layOutLanes } from './lane-layout.ts';
import type { LaneLayout } from './lane-layout.ts';
import { LanesPicture } from './lanes-picture.ts';
import { lanesOf } from './lanes.ts';
import type { Lanes } from './lanes.ts';
import { pick } from './pick.ts';
import type { Picked } from './pick.ts';
import { AxisView } from './axis-view.ts';
import { clampTime, fitTime, revealTime, zoomTime } from './time-window.ts';
import type { TimeExtent } from './time-window.ts';

/** Further than this between press and release is a drag. */
const CLICK_REACH = 4;

/** Who is busy when: a lane a thread and home, under an axis of time. It follows the current step. */
export class LanesView {
  readonly element: HTMLElement;
  readonly #selectStep: (step: number) => void;
  readonly #picture = new LanesPicture();
  readonly #axis = new AxisView();
  readonly #names = element('div', { class: 'lane-strip' });
  readonly #tip = new HoverTip();
  readonly #viewport: HTMLElement;
  readonly #onScale: ((scale: number) => void)[] = [];
  #rows: readonly TimedRow[] = [];
  #lanes: Lanes = lanesOf([]);
  #layout: LaneLayout = layOutLanes([]);
  #view: ViewTransform = { scale: 1, x: 0, y: 0 };
  /** Whether all of the cycle is shown; then it stays so when the panel gets another width. */
  #fitted = true;
  #step = 0;
  #destination = '';
  #destinationNs: number | undefined;

  constructor(selectStep: (step: number) => void) {
    this.#selectStep = selectStep;
    this.#viewport = element(
      'div',
      {
        class: 'lanes-viewport',
        tabindex: '0',
        role: 'group',
        'aria-label': 'Steps in time; the bars are the rows of the list of steps',
        'data-testid': 'lanes',
      },
      this.#picture.element,
      this.#tip.element,
    );
    this.element = element(
      'div',
      { class: 'lanes' },
      this.#axis.element,
      element(
        'div',
        { class: 'lanes-row' },
        element('div', { class: 'lane-names', 'aria-hidden': 'true' }, this.#names),
        this.#viewport,
      ),
    );
    this.#listen();
    new ResizeObserver(() => {
      this.#move(this.#fitted ? fitTime(this.#extent(), this.#room()) : this.#view);
    }).observe(this.#viewport);
  }

  /** Is told of the scale now and whenever it changes; 1 shows all of the cycle. */
  onScale(listener: (scale: number) => void): void {
    this.#onScale.push(listener);
    listener(this.#relativeScale());
  }

  /** Zooms about the current step, if it is in sight, and else about the middle. */
  zoomBy(factor: number): void {
    const { width } = this.#room();
    const current = (this.#lanes.bars[this.#step]?.endNs ?? -1) * this.#view.scale + this.#view.x;
    this.#zoomAt(factor, current >= 0 && current <= width ? current : width / 2);
  }

  /** 1 shows all of the cycle. */
  zoomTo(scale: number): void {
    this.zoomBy(scale / this.#relativeScale());
  }

  /** Shows all of the cycle. */
  fit(): void {
    this.#move({ ...fitTime(this.#extent(), this.#room()), y: this.#view.y });
  }

  /** Shows other steps, all of them in sight, and marks the one that ends the latency, at its destination. */
  show(rows: readonly TimedRow[], taken: number | null, destination: string): void {
    this.#rows = rows;
    this.#lanes = lanesOf(rows);
    this.#layout = layOutLanes(this.#lanes.lanes);
    this.#destination = destination;
    this.#destinationNs = taken === null ? undefined : this.#lanes.bars[taken]?.endNs;
    this.#hover(undefined);
    this.#names.replaceChildren(...laneNames(this.#lanes, this.#layout));
    this.element.style.setProperty('--lanes-height', `${String(this.#layout.height)}px`);
    this.#move(fitTime(this.#extent(), this.#room()));
    this.#showStep();
  }

  /** Marks the current step, and moves as little as needed to have it in sight. */
  select(step: number): void {
    if (step === this.#step) return;
    this.#step = step;
    this.#showStep();
  }

  #listen(): void {
    listenForPanZoom(this.#viewport, {
      pan: (dx, dy) => {
        this.#move({ ...this.#view, x: this.#view.x + dx, y: this.#view.y });
        // All lanes have their height: what is around them scrolls where it has not.
        this.element.parentElement?.scrollBy(0, -dy);
      },
      zoomAt: (factor, px) => {
        this.#zoomAt(factor, px);
      },
      zoomBy: (factor) => {
        this.zoomBy(factor);
      },
      fit: () => {
        this.fit();
      },
    });
    let pressed = { x: 0, y: 0 };
    this.#viewport.addEventListener('pointerdown', ({ clientX, clientY }) => {
      pressed = { x: clientX, y: clientY };
    });
    this.#viewport.addEventListener('click', (event) => {
      if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > CLICK_REACH) return;
      const picked = this.#under(event);
      if (picked) this.#selectStep(picked.bar.row);
    });
    this.#viewport.addEventListener('pointermove', (event) => {
      this.#hover(event.buttons === 0 ? this.#under(event) : undefined, event);
    });
    this.#viewport.addEventListener('pointerleave', () => {
      this.#hover(undefined);
    });
    this.#viewport.addEventListener('keydown', (event) => {
      const next = event.key === '.' ? 1 : event.key === ',' ? -1 : 0;
      if (next === 0) return;
      event.preventDefault();
      this.#selectStep(this.#step + next);
    });
  }

  #under({ clientX, clientY }: MouseEvent): Picked | undefined {
    const { left, top } = this.#viewport.getBoundingClientRect();
    return pick(this.#lanes, this.#layout, this.#view, clientX - left, clientY - top);
  }

  #hover(picked: Picked | undefined, event?: MouseEvent): void {
    const bar = picked?.what === 'bar' ? picked.bar : undefined;
    this.#picture.showHover(bar, this.#layout, this.#view, this.#room().width);
    this.#viewport.classList.toggle('over-bar', picked !== undefined);
    if (!picked || !event) {
      this.#tip.hide();
      return;
    }
    const { left, top } = this.#viewport.getBoundingClientRect();
    this.#tip.show(picked, this.#rows, event.clientX - left, event.clientY - top, this.#room());
  }

  #showStep(): void {
    const bar = this.#lanes.bars[this.#step];
    if (!bar || this.#room().width === 0) {
      this.#draw();
      return;
    }
    const stretch = { ...bar, top: barTop(this.#layout, bar.lane), height: BAR_HEIGHT };
    this.#move(revealTime(this.#view, stretch, this.#extent(), this.#room()));
    this.#scrollTo(bar.lane);
  }

  /** What is around the lanes scrolls as little as needed to have one in sight, below the axis. */
  #scrollTo(lane: number): void {
    const around = this.element.parentElement;
    if (!around) return;
    const room = around.getBoundingClientRect();
    const { top } = this.#viewport.getBoundingClientRect();
    const laneTop = top + (this.#layout.tops[lane] ?? 0);
    const hiddenAbove = room.top + this.#axis.element.offsetHeight - laneTop;
    const hiddenBelow = laneTop + LANE_HEIGHT - room.bottom;
    if (hiddenAbove > 0) around.scrollBy(0, -hiddenAbove);
    else if (hiddenBelow > 0) around.scrollBy(0, hiddenBelow);
  }

  #zoomAt(factor: number, px: number): void {
    this.#move(zoomTime(this.#view, this.#view.scale * factor, px, this.#extent(), this.#room()));
  }

  #extent(): TimeExtent {
    return { endNs: this.#lanes.endNs, height: this.#layout.height };
  }

  #room(): Size {
    return { width: this.#viewport.clientWidth, height: this.#viewport.clientHeight };
  }

  #relativeScale(): number {
    return this.#view.scale / fitTime(this.#extent(), this.#room()).scale;
  }

  #move(next: ViewTransform): void {
    this.#view = clampTime(next, this.#extent(), this.#room());
    this.#fitted = this.#relativeScale() <= 1;
    this.#tip.hide();
    this.#draw();
    for (const listener of this.#onScale) listener(this.#relativeScale());
  }

  #draw(): void {
    const { width } = this.#room();
    const current = this.#lanes.bars[this.#step];
    const labels = this.#rows.map(({ label }) => label);
    this.#names.style.transform = `translateY(${String(this.#view.y)}px)`;
    this.#picture.draw(this.#lanes, labels, this.#layout, this.#view, width);
    this.#picture.showCurrent(current, this.#layout, this.#view, width);
    this.#picture.showDestination(this.#destinationNs, this.#view, width);
    this.#axis.draw(this.#view, width, current?.endNs, {
      timeNs: this.#destinationNs,
      title: this.#destination,
    });
  }
}

/** Headings and names in the order in which they stand below each other. */
function laneNames({ lanes }: Lanes, { headings, tops }: LaneLayout): HTMLElement[] {
  return lanes.flatMap(({ process, home }, i) => {
    const heading = lanes[i - 1]?.home === home ? undefined : headings.find((one) => one.home === home);
    const name = element(
      'div',
      { class: `lane-name ${home}`, title: `${process} (${homeInWords(home)})` },
      process,
    );
    return [
      ...(heading ? [at(heading.top, element('div', { class: 'lane-heading' }, homeInWords(home)))] : []),
      at(tops[i] ?? 0, name),
    ];
  });
}

function at(top: number, name: HTMLElement): HTMLElement {
  name.style.top = `${String(top)}px`;
  return name;
}
