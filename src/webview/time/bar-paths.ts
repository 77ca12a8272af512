import type { ViewTransform } from '../diagram/view-transform.ts';
import { BAR_HEIGHT, barTop, LANE_HEIGHT } from './lane-layout.ts';
import type { LaneLayout } from './lane-layout.ts';
import type { Bar, Link } from './lanes.ts';

/** Bars narrower than this are drawn in full colour, so that they are seen. */
const NARROW = 3;
/** So far outside of the viewport things are still drawn: what is cut off there shows no edge. */
const MARGIN = 4;
const HEAD = 4;

/** Where a stretch of time lies on screen, cut to what is in sight; undefined if none of it is. */
export function onScreen(
  { startNs, endNs }: Pick<Bar, 'startNs' | 'endNs'>,
  { scale, x }: ViewTransform,
  width: number,
): { readonly left: number; readonly right: number } | undefined {
  const left = startNs * scale + x;
  const right = endNs * scale + x;
  if (right < -MARGIN || left > width + MARGIN) return undefined;
  return { left: Math.max(-MARGIN, left), right: Math.min(width + MARGIN, right) };
}

/** The path data of some bars: those that are wide enough for a rim, and the others, at least a pixel wide. */
export interface BarPaths {
  readonly wide: string;
  readonly narrow: string;
}

/** Path data of bars. Narrow ones that fall on the same pixels of a lane are drawn once. */
export function barPaths(
  bars: readonly Bar[],
  layout: LaneLayout,
  view: ViewTransform,
  width: number,
): BarPaths {
  const wide: string[] = [];
  const narrow: string[] = [];
  const drawnTo = new Map<number, number>();
  for (const bar of bars) {
    const place = onScreen(bar, view, width);
    if (!place) continue;
    const { left, right } = place;
    const top = barTop(layout, bar.lane);
    if (right - left >= NARROW) {
      wide.push(rectangle(left + 0.5, top + 0.5, right - left - 1, BAR_HEIGHT - 1));
      continue;
    }
    const from = Math.max(Math.floor(left), drawnTo.get(bar.lane) ?? -Infinity);
    const to = Math.max(Math.floor(left) + 1, Math.round(right));
    if (to <= from) continue;
    drawnTo.set(bar.lane, to);
    // What takes no time is a mark, lower than what does.
    const inset = bar.endNs > bar.startNs ? 0 : 3;
    narrow.push(rectangle(from, top + inset, to - from, BAR_HEIGHT - 2 * inset));
  }
  return { wide: wide.join(''), narrow: narrow.join('') };
}

/** Path data of stretches in which nobody works: lower than bars, in the middle of their lane. */
export function thinPaths(
  bars: readonly Bar[],
  layout: LaneLayout,
  view: ViewTransform,
  width: number,
  height: number,
): string {
  return bars
    .map((bar) => {
      const place = onScreen(bar, view, width);
      if (!place || place.right - place.left < 1) return '';
      const top = (layout.tops[bar.lane] ?? 0) + (LANE_HEIGHT - height) / 2;
      return rectangle(place.left, top, place.right - place.left, height);
    })
    .join('');
}

/** Path data of the lines between lanes, and of the heads that tell their direction. */
export function linkPaths(
  links: readonly Link[],
  layout: LaneLayout,
  view: ViewTransform,
  width: number,
): { readonly lines: string; readonly heads: string } {
  const lines: string[] = [];
  const heads: string[] = [];
  for (const { from, to, timeNs } of links) {
    const place = onScreen({ startNs: timeNs, endNs: timeNs }, view, width);
    if (!place) continue;
    const x = Math.floor(place.left) + 0.5;
    const down = to > from;
    const start = barTop(layout, from) + (down ? BAR_HEIGHT : 0);
    const end = barTop(layout, to) + (down ? 0 : BAR_HEIGHT);
    const base = end + (down ? -HEAD : HEAD);
    lines.push(`M${text(x)} ${text(start)}V${text(base)}`);
    heads.push(`M${text(x - HEAD / 1.4)} ${text(base)}H${text(x + HEAD / 1.4)}L${text(x)} ${text(end)}Z`);
  }
  return { lines: lines.join(''), heads: heads.join('') };
}

function rectangle(left: number, top: number, width: number, height: number): string {
  return `M${text(left)} ${text(top)}h${text(width)}v${text(height)}h${text(-width)}z`;
}

function text(value: number): string {
  return String(Math.round(value * 10) / 10);
}
