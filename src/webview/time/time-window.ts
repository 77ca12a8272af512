import { reveal, zoomAbout } from '../diagram/view-transform.ts';
import type { Size, ViewTransform } from '../diagram/view-transform.ts';

/** What is laid out: its length in time and its height in CSS pixels. */
export interface TimeExtent {
  readonly endNs: number;
  readonly height: number;
}

/** Room left and right of a cycle that is fitted in, in CSS pixels. */
const PADDING = 14;
/** Two pixels a nanosecond: no step is that short. */
const MOST_SCALE = 2;

/**
 * How a cycle lies in its viewport when all of it is shown. `scale` is in pixels a nanosecond and for time only: up and
 * down nothing is scaled.
 */
export function fitTime({ endNs }: TimeExtent, { width }: Size): ViewTransform {
  return { scale: Math.max(1, width - 2 * PADDING) / Math.max(1, endNs), x: PADDING, y: 0 };
}

/** The view moved and scaled back so far that it shows nothing beyond the cycle. */
export function clampTime(view: ViewTransform, extent: TimeExtent, room: Size): ViewTransform {
  const fitted = fitTime(extent, room);
  const scale = Math.min(Math.max(MOST_SCALE, fitted.scale), Math.max(fitted.scale, view.scale));
  const leftmost = Math.min(PADDING, room.width - PADDING - extent.endNs * scale);
  return {
    scale,
    x: Math.min(PADDING, Math.max(leftmost, view.x)),
    y: Math.min(0, Math.max(room.height - extent.height, view.y)),
  };
}

/** The view with another scale, so that the time at `px` stays where it is. */
export function zoomTime(
  view: ViewTransform,
  scale: number,
  px: number,
  extent: TimeExtent,
  room: Size,
): ViewTransform {
  const least = fitTime(extent, room).scale;
  const zoomed = zoomAbout(view, scale, px, 0, { least, most: Math.max(MOST_SCALE, least) });
  return clampTime({ ...zoomed, y: view.y }, extent, room);
}

/** The view moved as little as needed to show a stretch of time at a height, and what is near it. */
export function revealTime(
  view: ViewTransform,
  stretch: {
    readonly startNs: number;
    readonly endNs: number;
    readonly top: number;
    readonly height: number;
  },
  extent: TimeExtent,
  room: Size,
): ViewTransform {
  const { startNs, endNs, top, height } = stretch;
  const box = {
    x: startNs,
    width: endNs - startNs,
    y: top / view.scale,
    height: height / view.scale,
  };
  const margin = { width: Math.min(60, room.width / 5), height: Math.min(6, room.height / 5) };
  return clampTime(reveal(view, box, room, margin), extent, room);
}
