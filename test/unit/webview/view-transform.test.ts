import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  firstView,
  fitInto,
  fitWidth,
  keepInSight,
  reveal,
  zoomAbout,
} from '../../../src/webview/diagram/view-transform.ts';

const offset = fc.double({ min: -5000, max: 5000, noNaN: true });
const length = fc.double({ min: 10, max: 5000, noNaN: true });
const scale = fc.double({ min: 0.05, max: 40, noNaN: true });
const view = fc.record({ scale, x: offset, y: offset });
const size = fc.record({ width: length, height: length });

describe('the view of the drawing', () => {
  it('keeps the point under the pointer where it is when it is zoomed', () => {
    fc.assert(
      fc.property(view, scale, offset, offset, (before, next, px, py) => {
        const after = zoomAbout(before, next, px, py);
        const x = (px - before.x) / before.scale;
        expect(x * after.scale + after.x).toBeCloseTo(px, 3);
        expect(((py - before.y) / before.scale) * after.scale + after.y).toBeCloseTo(py, 3);
      }),
    );
  });

  it('is never smaller than 5 % nor larger than 4000 %', () => {
    const start = { scale: 1, x: 0, y: 0 };
    expect(zoomAbout(start, 0, 0, 0).scale).toBe(0.05);
    expect(zoomAbout(start, 1e9, 0, 0).scale).toBe(40);
  });

  it('shows all of the drawing when it is fitted, if 5 % are enough', () => {
    fc.assert(
      fc.property(size, size, (drawing, viewport) => {
        const { scale: fitted, x, y } = fitInto(drawing, viewport);
        if (fitted > 0.05) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(drawing.width * fitted).toBeLessThanOrEqual(viewport.width + 1e-6);
          expect(y + drawing.height * fitted).toBeLessThanOrEqual(viewport.height + 1e-6);
        }
      }),
    );
  });

  it('shows the whole width of a tall drawing, and does not enlarge a small one', () => {
    const viewport = { width: 500, height: 300 };
    expect(fitWidth({ width: 2000, height: 90_000 }, viewport)).toEqual({ scale: 0.25, x: 0, y: 0 });
    expect(fitWidth({ width: 100, height: 100 }, viewport)).toEqual({ scale: 1, x: 200, y: 0 });
  });

  it('begins readable: never below the given scale, at the upper left corner of a wide drawing', () => {
    expect(firstView({ width: 4000, height: 9000 }, { width: 500, height: 500 }, 0.7)).toEqual({
      scale: 0.7,
      x: 0,
      y: 0,
    });
    expect(firstView({ width: 400, height: 9000 }, { width: 500, height: 500 }, 0.7)).toEqual({
      scale: 1,
      x: 50,
      y: 0,
    });
  });

  it('keeps some of the drawing in sight however far it is moved', () => {
    fc.assert(
      fc.property(view, size, size, (moved, drawing, viewport) => {
        const { scale: s, x } = keepInSight(moved, drawing, viewport);
        const visible = Math.min(x + drawing.width * s, viewport.width) - Math.max(x, 0);
        expect(visible).toBeGreaterThan(-1e-6);
      }),
    );
  });

  it('shows a box after it is revealed, and does not move for one that is in sight', () => {
    const viewport = { width: 400, height: 300 };
    const box = fc.record({ x: offset, y: offset, width: fc.constant(60), height: fc.constant(20) });
    fc.assert(
      fc.property(
        fc.record({ scale: fc.constantFrom(0.5, 1, 2), x: offset, y: offset }),
        box,
        (before, target) => {
          const after = reveal(before, target, viewport, { width: 10, height: 10 });
          const left = target.x * after.scale + after.x;
          const top = target.y * after.scale + after.y;
          expect(left).toBeGreaterThanOrEqual(10 - 1e-6);
          expect(left + target.width * after.scale).toBeLessThanOrEqual(390 + 1e-6);
          expect(top).toBeGreaterThanOrEqual(10 - 1e-6);
          expect(reveal(after, target, viewport, { width: 10, height: 10 })).toEqual(after);
        },
      ),
    );
  });
});
