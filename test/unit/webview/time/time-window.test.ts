import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clampTime, fitTime, revealTime, zoomTime } from '../../../../src/webview/time/time-window.ts';

const EXTENT = { endNs: 100_000, height: 250 };
const ROOM = { width: 500, height: 200 };

describe('the stretch of time that is shown', () => {
  it('is at first all of the cycle', () => {
    const view = fitTime(EXTENT, ROOM);
    expect(view.x).toBeGreaterThan(0);
    expect(view.x + EXTENT.endNs * view.scale).toBeLessThan(ROOM.width);
    expect(clampTime(view, EXTENT, ROOM)).toEqual(view);
  });

  it('never leaves the cycle, however it is moved, and never shows less than its width needs', () => {
    const any = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(any, any, fc.double({ min: 1e-9, max: 1e3, noNaN: true }), (x, y, scale) => {
        const view = clampTime({ x, y, scale }, EXTENT, ROOM);
        expect(view.scale).toBeGreaterThanOrEqual(fitTime(EXTENT, ROOM).scale);
        expect(view.scale).toBeLessThanOrEqual(2);
        expect(view.x).toBeLessThanOrEqual(14);
        expect(view.x + EXTENT.endNs * view.scale).toBeGreaterThanOrEqual(ROOM.width - 14 - 1e-6);
        expect(view.y).toBeLessThanOrEqual(0);
        expect(view.y).toBeGreaterThanOrEqual(ROOM.height - EXTENT.height);
      }),
    );
  });

  it('keeps the time under the pointer when it is zoomed, and does not move up or down', () => {
    const view = clampTime({ scale: 0.02, x: -700, y: -30 }, EXTENT, ROOM);
    const zoomed = zoomTime(view, 0.1, 200, EXTENT, ROOM);
    expect(zoomed.scale).toBe(0.1);
    expect((200 - zoomed.x) / zoomed.scale).toBeCloseTo((200 - view.x) / view.scale);
    expect(zoomed.y).toBe(view.y);
  });

  it('can be zoomed to single steps in a cycle of a tenth of a second, and back', () => {
    const long = { endNs: 1e8, height: 100 };
    const fitted = fitTime(long, ROOM);
    const close = zoomTime(fitted, 1e9, 100, long, ROOM);
    expect(100 * close.scale).toBeGreaterThanOrEqual(100);
    expect(zoomTime(close, 0, 100, long, ROOM).scale).toBe(fitted.scale);
  });

  it('moves as little as needed to show a step', () => {
    const view = clampTime({ scale: 0.1, x: 0, y: 0 }, EXTENT, ROOM);
    const step = { startNs: 60_000, endNs: 61_000, top: 220, height: 14 };
    const moved = revealTime(view, step, EXTENT, ROOM);
    expect(step.startNs * moved.scale + moved.x).toBeGreaterThanOrEqual(0);
    expect(step.endNs * moved.scale + moved.x).toBeLessThanOrEqual(ROOM.width);
    expect(step.top + step.height + moved.y).toBeLessThanOrEqual(ROOM.height);
    expect(revealTime(moved, step, EXTENT, ROOM)).toEqual(moved);
  });
});
