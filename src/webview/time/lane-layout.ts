import type { ShownRow } from '../../protocol/shown-row.ts';
import type { Lane } from './lanes.ts';

/** Heights in CSS pixels. */
export const LANE_HEIGHT = 22;
export const BAR_HEIGHT = 14;
export const HEADING_HEIGHT = 18;

/** Where lanes stand below each other, grouped under the name of their home. */
export interface LaneLayout {
  /** Upper edge of each lane. */
  readonly tops: readonly number[];
  readonly headings: readonly { readonly home: ShownRow['home']; readonly top: number }[];
  readonly height: number;
}

/** Puts lanes below each other; `lanes` are sorted by home. */
export function layOutLanes(lanes: readonly Lane[]): LaneLayout {
  const tops: number[] = [];
  const headings: { home: ShownRow['home']; top: number }[] = [];
  let y = 0;
  lanes.forEach(({ home }, i) => {
    if (lanes[i - 1]?.home !== home) {
      headings.push({ home, top: y });
      y += HEADING_HEIGHT;
    }
    tops.push(y);
    y += LANE_HEIGHT;
  });
  return { tops, headings, height: y + 4 };
}

/** Upper edge of the bars of a lane. */
export function barTop(layout: LaneLayout, lane: number): number {
  return (layout.tops[lane] ?? 0) + (LANE_HEIGHT - BAR_HEIGHT) / 2;
}

/** The lane at a height; undefined above, below and in a heading. */
export function laneAt({ tops }: LaneLayout, y: number): number | undefined {
  const lane = tops.findIndex((top) => y >= top && y < top + LANE_HEIGHT);
  return lane < 0 ? undefined : lane;
}
