import { describe, expect, it } from 'vitest';
import { barPaths, linkPaths, thinPaths } from '../../../../src/webview/time/bar-paths.ts';
import { BAR_HEIGHT, barTop, laneAt, layOutLanes } from '../../../../src/webview/time/lane-layout.ts';
import type { Bar, Lanes } from '../../../../src/webview/time/lanes.ts';
import { pick } from '../../../../src/webview/time/pick.ts';

const LAYOUT = layOutLanes([
  { process: 'nic', home: 'hardware' },
  { process: 'IRQ', home: 'kernel' },
  { process: 'vCPU', home: 'kernel' },
]);
const VIEW = { scale: 0.1, x: 10, y: 0 };
const WIDTH = 300;

const bar = (row: number, lane: number, startNs: number, endNs: number): Bar => ({
  row,
  lane,
  startNs,
  endNs,
});
/** Left edge and width of every rectangle of a path. */
const rectangles = (path: string): number[][] =>
  [...path.matchAll(/M([-\d.]+) [-\d.]+h([-\d.]+)/g)].map(([, left, width]) => [Number(left), Number(width)]);

describe('lanes below each other', () => {
  it('are grouped under the name of their home, and do not overlap', () => {
    expect(LAYOUT.headings.map(({ home }) => home)).toEqual(['hardware', 'kernel']);
    LAYOUT.tops.forEach((top, lane) => {
      expect(laneAt(LAYOUT, top)).toBe(lane);
      expect(laneAt(LAYOUT, barTop(LAYOUT, lane) + BAR_HEIGHT)).toBe(lane);
    });
    expect(laneAt(LAYOUT, LAYOUT.headings[1]!.top + 1)).toBeUndefined();
    expect(laneAt(LAYOUT, LAYOUT.height)).toBeUndefined();
  });
});

describe('bars', () => {
  it('stand where their time is, and neighbours can be told apart', () => {
    const { wide, narrow } = barPaths([bar(0, 0, 0, 500), bar(1, 0, 500, 1_000)], LAYOUT, VIEW, WIDTH);
    expect(rectangles(wide)).toEqual([
      [10.5, 49],
      [60.5, 49],
    ]);
    expect(narrow).toBe('');
  });

  it('shorter than a pixel are seen all the same, and drawn once where they fall together', () => {
    const { wide, narrow } = barPaths(
      [bar(0, 0, 100, 101), bar(1, 0, 101, 103), bar(2, 0, 140, 150), bar(3, 1, 100, 100)],
      LAYOUT,
      VIEW,
      WIDTH,
    );
    expect(wide).toBe('');
    expect(rectangles(narrow)).toEqual([
      [20, 1],
      [24, 1],
      [20, 1],
    ]);
  });

  it('outside of what is in sight are left out, and cut off at its edge', () => {
    const { wide } = barPaths([bar(0, 0, 3_500, 4_000), bar(1, 0, 0, 100_000)], LAYOUT, VIEW, WIDTH);
    expect(rectangles(wide)).toEqual([[10.5, 293]]);
    expect(thinPaths([bar(0, 0, 3_500, 4_000)], LAYOUT, VIEW, WIDTH, 6)).toBe('');
  });

  it('need no more of a path than there are pixels, however many there are', () => {
    const many = Array.from({ length: 20_000 }, (_, row) => bar(row, 0, row / 10, row / 10 + 0.05));
    expect(rectangles(barPaths(many, LAYOUT, VIEW, WIDTH).narrow).length).toBeLessThanOrEqual(WIDTH);
  });

  it('are linked from the edge of one to the edge of the other, with a head at the end', () => {
    const down = linkPaths([{ kind: 'wake', row: 1, from: 0, to: 2, timeNs: 100 }], LAYOUT, VIEW, WIDTH);
    expect(down.lines).toBe(`M20.5 ${barTop(LAYOUT, 0) + BAR_HEIGHT}V${barTop(LAYOUT, 2) - 4}`);
    const up = linkPaths([{ kind: 'exit', row: 1, from: 2, to: 0, timeNs: 100 }], LAYOUT, VIEW, WIDTH);
    expect(up.heads).toContain(`L20.5 ${barTop(LAYOUT, 0) + BAR_HEIGHT}Z`);
  });
});

describe('what is under the pointer', () => {
  const lanes: Lanes = {
    lanes: [],
    bars: [bar(0, 1, 0, 1_000), bar(1, 1, 990, 991), bar(2, 2, 0, 0)],
    waits: [bar(3, 2, 100, 900)],
    pending: [bar(4, 0, 0, 2_000)],
    links: [],
    endNs: 2_000,
  };
  const at = (px: number, lane: number, dy = 0) => pick(lanes, LAYOUT, VIEW, px, barTop(LAYOUT, lane) + dy);

  it('is the bar there, of two the shorter, and a thin one is met from beside it', () => {
    expect(at(50, 1)).toMatchObject({ what: 'bar', bar: { row: 0 } });
    expect(at(109, 1)).toMatchObject({ what: 'bar', bar: { row: 1 } });
    expect(at(12, 2)).toMatchObject({ what: 'bar', bar: { row: 2 } });
  });

  it('is a wait or a countdown where no bar is, and nothing elsewhere', () => {
    expect(at(60, 2)).toMatchObject({ what: 'wait', bar: { row: 3 } });
    expect(at(150, 0)).toMatchObject({ what: 'pending', bar: { row: 4 } });
    expect(at(250, 1)).toBeUndefined();
    expect(pick(lanes, LAYOUT, VIEW, 50, LAYOUT.headings[0]!.top + 1)).toBeUndefined();
  });

  it('moves with the view', () => {
    const below = { ...VIEW, y: -20 };
    expect(pick(lanes, LAYOUT, below, 50, barTop(LAYOUT, 1) - 20)).toMatchObject({ bar: { row: 0 } });
  });
});
