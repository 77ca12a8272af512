import type { ViewTransform } from '../diagram/view-transform.ts';
import type { ShownRow } from '../../protocol/shown-row.ts';
import { barPaths, linkPaths, onScreen, thinPaths } from './bar-paths.ts';
import { BAR_HEIGHT, barTop, LANE_HEIGHT } from './lane-layout.ts';
import type { LaneLayout } from './lane-layout.ts';
import type { Bar, Lanes, LinkKind } from './lanes.ts';

const SVG = 'http://www.w3.org/2000/svg';
const HOMES: readonly ShownRow['home'][] = ['hardware', 'kernel', 'qemu', 'process', 'guest'];
const LINKS: readonly LinkKind[] = ['moves', 'wake', 'entry', 'userspace', 'exit'];
const WAIT_HEIGHT = 6;
const COUNTDOWN_HEIGHT = 2;
/** Width of a letter, and of the room that a text needs left and right of it; CSS pixels. */
const LETTER = 6.2;
const TEXT_PADDING = 4;
/** A shorter piece of a label tells nothing. */
const FEWEST_LETTERS = 4;

/** The drawing of the lanes: a path a home and kind, however many steps there are, and words where they fit. */
export class LanesPicture {
  readonly element = svg('svg', { class: 'lanes-picture', 'aria-hidden': 'true' });
  readonly #moved = svg('g');
  readonly #ground = svg('path', { class: 'lane-ground' });
  readonly #bars = new Map<string, SVGPathElement>();
  readonly #links = new Map<LinkKind, { readonly line: SVGPathElement; readonly head: SVGPathElement }>();
  readonly #texts = svg('g', { class: 'bar-texts' });
  readonly #hover = svg('rect', { class: 'bar-hover' });
  readonly #current = svg('rect', { class: 'bar-current' });
  readonly #destination = svg('line', { class: 'destination-line' });
  readonly #cursor = svg('line', { class: 'time-cursor' });

  constructor() {
    const patterns = svg('defs');
    for (const home of HOMES) patterns.append(hatch(home));
    this.#moved.append(this.#ground);
    for (const kind of ['pending', 'wait', 'wide', 'narrow']) {
      for (const home of HOMES) {
        const path = svg('path', { class: `${kind} ${home}` });
        if (kind === 'wait') path.setAttribute('fill', `url(#hatch-${home})`);
        this.#bars.set(`${kind} ${home}`, path);
        this.#moved.append(path);
      }
    }
    for (const kind of LINKS) {
      const link = {
        line: svg('path', { class: `link ${kind}` }),
        head: svg('path', { class: `link-head ${kind}` }),
      };
      this.#links.set(kind, link);
      this.#moved.append(link.line, link.head);
    }
    this.#moved.append(this.#texts, this.#hover, this.#current);
    this.element.append(patterns, this.#destination, this.#moved, this.#cursor);
  }

  /** Draws the lanes as they lie in a viewport of that size. */
  draw(
    lanes: Lanes,
    labels: readonly string[],
    layout: LaneLayout,
    view: ViewTransform,
    width: number,
  ): void {
    this.#moved.setAttribute('transform', `translate(0 ${String(view.y)})`);
    this.#ground.setAttribute('d', ground(layout, width));
    for (const home of HOMES) {
      const own = ({ lane }: Bar): boolean => lanes.lanes[lane]?.home === home;
      const { wide, narrow } = barPaths(lanes.bars.filter(own), layout, view, width);
      const path = (kind: string, data: string): void => {
        this.#bars.get(`${kind} ${home}`)?.setAttribute('d', data);
      };
      path('wide', wide);
      path('narrow', narrow);
      path('wait', thinPaths(lanes.waits.filter(own), layout, view, width, WAIT_HEIGHT));
      path('pending', thinPaths(lanes.pending.filter(own), layout, view, width, COUNTDOWN_HEIGHT));
    }
    for (const [kind, { line, head }] of this.#links) {
      const own = lanes.links.filter((link) => link.kind === kind);
      const { lines, heads } = linkPaths(own, layout, view, width);
      line.setAttribute('d', lines);
      // Where a thread merely goes on elsewhere, the line is enough.
      head.setAttribute('d', kind === 'moves' ? '' : heads);
    }
    this.#texts.replaceChildren(...texts(lanes.bars, labels, layout, view, width));
  }

  /** Frames the current bar, and draws the line of its time through all lanes. */
  showCurrent(bar: Bar | undefined, layout: LaneLayout, view: ViewTransform, width: number): void {
    frame(this.#current, bar, layout, view, width);
    vertical(this.#cursor, bar?.endNs, view, width);
  }

  /** Draws the line at which the latency ends; undefined if it does not. */
  showDestination(timeNs: number | undefined, view: ViewTransform, width: number): void {
    vertical(this.#destination, timeNs, view, width);
  }

  showHover(bar: Bar | undefined, layout: LaneLayout, view: ViewTransform, width: number): void {
    frame(this.#hover, bar, layout, view, width);
  }
}

function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
): SVGElementTagNameMap[K] {
  const created = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value);
  return created;
}

function hatch(home: string): SVGPatternElement {
  const pattern = svg('pattern', {
    id: `hatch-${home}`,
    width: '5',
    height: '5',
    patternUnits: 'userSpaceOnUse',
    patternTransform: 'rotate(45)',
  });
  pattern.append(svg('line', { class: `hatch ${home}`, x1: '1', y1: '0', x2: '1', y2: '5' }));
  return pattern;
}

function ground({ tops }: LaneLayout, width: number): string {
  return tops.map((top) => `M0 ${String(top + LANE_HEIGHT - 0.5)}H${String(width)}`).join('');
}

function frame(
  rect: SVGRectElement,
  bar: Bar | undefined,
  layout: LaneLayout,
  view: ViewTransform,
  width: number,
): void {
  const place = bar && onScreen(bar, view, width);
  rect.style.display = place ? '' : 'none';
  if (!bar || !place) return;
  rect.setAttribute('x', String(place.left - 1.5));
  rect.setAttribute('y', String(barTop(layout, bar.lane) - 1.5));
  rect.setAttribute('width', String(Math.max(1, place.right - place.left) + 3));
  rect.setAttribute('height', String(BAR_HEIGHT + 3));
}

function vertical(
  line: SVGLineElement,
  timeNs: number | undefined,
  view: ViewTransform,
  width: number,
): void {
  const place = timeNs === undefined ? undefined : onScreen({ startNs: timeNs, endNs: timeNs }, view, width);
  line.style.display = place ? '' : 'none';
  if (!place) return;
  const x = String(Math.round(place.left) + 0.5);
  line.setAttribute('x1', x);
  line.setAttribute('x2', x);
  line.setAttribute('y1', '0');
  line.setAttribute('y2', '100%');
}

function texts(
  bars: readonly Bar[],
  labels: readonly string[],
  layout: LaneLayout,
  view: ViewTransform,
  width: number,
): SVGTextElement[] {
  return bars.flatMap((bar) => {
    const place = onScreen(bar, view, width);
    if (!place) return [];
    const left = Math.max(0, place.left);
    const label = cut(
      labels[bar.row] ?? '',
      (Math.min(width, place.right) - left - 2 * TEXT_PADDING) / LETTER,
    );
    if (label === '') return [];
    const text = svg('text', {
      x: String(left + TEXT_PADDING),
      y: String(barTop(layout, bar.lane) + BAR_HEIGHT - 3.5),
    });
    text.textContent = label;
    return [text];
  });
}

function cut(label: string, letters: number): string {
  if (label.length <= letters) return label;
  return letters < FEWEST_LETTERS ? '' : `${label.slice(0, Math.floor(letters) - 1)}…`;
}
