import type { ViewTransform } from '../diagram/view-transform.ts';
import { laneAt } from './lane-layout.ts';
import type { LaneLayout } from './lane-layout.ts';
import type { Bar, Lanes } from './lanes.ts';

/** What is under a point: a step, or the time for which it waits. */
export interface Picked {
  readonly what: 'bar' | 'wait' | 'pending';
  readonly bar: Bar;
}

/** How far from the point a bar may be, in CSS pixels: some are a pixel wide. */
const REACH = 3;

/**
 * The bar at a point of the viewport or next to it, else the wait or countdown there. Of several bars at the same
 * distance the shortest: the longer one can be met elsewhere.
 */
export function pick(
  { bars, waits, pending }: Lanes,
  layout: LaneLayout,
  view: ViewTransform,
  px: number,
  py: number,
): Picked | undefined {
  const lane = laneAt(layout, py - view.y);
  if (lane === undefined) return undefined;
  const distance = ({ startNs, endNs }: Bar): number =>
    Math.max(0, startNs * view.scale + view.x - px, px - (endNs * view.scale + view.x));
  const length = ({ startNs, endNs }: Bar): number => endNs - startNs;
  const nearest = (candidates: readonly Bar[], reach: number): Bar | undefined => {
    let best: Bar | undefined;
    for (const bar of candidates) {
      if (bar.lane !== lane || distance(bar) > reach) continue;
      const closer = best === undefined ? -1 : distance(bar) - distance(best);
      if (best === undefined || closer < 0 || (closer === 0 && length(bar) < length(best))) best = bar;
    }
    return best;
  };
  const bar = nearest(bars, REACH);
  if (bar) return { what: 'bar', bar };
  const wait = nearest(waits, 0);
  if (wait) return { what: 'wait', bar: wait };
  const countdown = nearest(pending, 0);
  return countdown && { what: 'pending', bar: countdown };
}
