import { describe, expect, it } from 'vitest';
import { EVERY_ROW } from '../../../src/diagram/outline.ts';
import type { Reading } from '../../../src/diagram/outline.ts';
import { DrawingPages } from '../../../src/extension/panel/drawing-pages.ts';
import { rowAt, stepsAway } from '../../../src/webview/page-rows.ts';
import { cycleOf, LEVEL_PULSE, simulatePath, USERSPACE } from '../../support/runs.ts';

const OVERVIEW: Reading = { detail: 'overview', hidden: ['xgmac'], folds: true, opened: [] };
const rows = cycleOf(simulatePath(USERSPACE, {}, { interrupts: 1 }), 0);
const overview = new DrawingPages({ isTimed: true, rows }).page({ drawing: 1, reading: OVERVIEW, step: 0 });
const long = new DrawingPages({
  isTimed: true,
  rows: cycleOf(simulatePath(LEVEL_PULSE, {}, { interrupts: 700 }), 0),
});

describe('the row that stands for a step', () => {
  it('is its own, or the last shown before it, or the first', () => {
    expect(overview.rows[0]?.position).toBeGreaterThan(0);
    expect(rowAt(overview, 0)).toBe(0);
    overview.rows.forEach(({ position, omitted }, row) => {
      for (let step = position; step <= position + omitted; step++) expect(rowAt(overview, step)).toBe(row);
    });
  });

  it('is elsewhere on another page', () => {
    const second = long.page({ drawing: 1, reading: EVERY_ROW, step: 400 });
    expect(rowAt(second, 400)).toBe(100);
    expect([299, 600].map((step) => rowAt(second, step))).toEqual(['elsewhere', 'elsewhere']);
  });

  it('is none where nothing is shown', () => {
    const hidden = [...new Set(rows.map(({ party }) => party))];
    const page = new DrawingPages({ isTimed: true, rows }).page({
      drawing: 1,
      reading: { ...EVERY_ROW, hidden },
      step: 5,
    });
    expect(rowAt(page, 5)).toBe(-1);
    expect(stepsAway(page, 5, 1)).toBe(5);
  });
});

describe('going on by rows', () => {
  it('passes every row of every page forth and back, and stays at both ends', () => {
    const walk = (from: number, by: number): number[] => {
      const passed = [from];
      for (let step = from; ;) {
        const page = long.page({ drawing: 1, reading: EVERY_ROW, step });
        const next = stepsAway(page, step, by);
        if (next === step) return passed;
        passed.push((step = next));
      }
    };
    const forth = walk(0, 1);
    const { steps } = long.page({ drawing: 1, reading: EVERY_ROW, step: 0 });
    expect(forth).toEqual(Array.from({ length: steps }, (_, i) => i));
    expect(walk(steps - 1, -1)).toEqual(forth.toReversed());
  });

  it('does not go on from a page that is not there yet', () => {
    const first = long.page({ drawing: 1, reading: EVERY_ROW, step: 0 });
    expect(stepsAway(first, 500, 1)).toBe(500);
  });
});
