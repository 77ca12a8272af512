// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';
import { DrawingStore } from '../../../src/webview/drawing-store.ts';
import type { View } from '../../../src/webview/panel-store.ts';
import { connectPanel } from './connected-panel.ts';
import type { ConnectedPanel } from './connected-panel.ts';

/** A drawing besides the one of the Path tab; here the run's second shape, which the Path tab does not show. */
describe('DrawingStore', () => {
  let panel: ConnectedPanel;
  let drawn: DrawingStore;
  let views: View[];
  const now = (): View => views.at(-1) as View;
  const second = (): number | undefined => panel.model.state.answer?.shapes[1]?.drawing;

  beforeEach(async () => {
    panel = connectPanel();
    views = [];
    drawn = new DrawingStore(panel.store, ({ answer }) => {
      const shape = answer?.shapes[1];
      return shape ? { drawing: shape.drawing, step: 3 } : null;
    });
    drawn.subscribe((view) => views.push(view));
    await panel.store.start();
    panel.answer(1);
    await expect.poll(() => now().page?.drawing).toBe(second());
  });

  it('has rows of its own and begins at the step that was wanted', () => {
    expect(second()).toBeGreaterThan(0);
    expect(now().state.step).toBe(3);
    expect(panel.model.state).toMatchObject({ shape: 0, step: 0 });
  });

  it('goes to a step that there is, which moves nothing else', () => {
    drawn.selectStep(5);
    expect(now().state.step).toBe(5);
    drawn.selectStep(100_000);
    drawn.selectStep(-1);
    expect(now().state.step).toBe(5);
    panel.store.selectStep(2);
    expect(now().state.step).toBe(5);
    expect(panel.model.state.step).not.toBe(5);
  });

  it('takes the place of the old one when another is wanted, from its first view on', async () => {
    drawn.selectStep(5);
    const seen = views.length;
    panel.answer(2);
    await expect.poll(() => now().page?.drawing).toBe(second());
    for (const { state, page } of views.slice(seen)) {
      if (page) expect(page.drawing).toBe(state.answer?.shapes[1]?.drawing);
    }
    expect(now().state.step).toBe(3);
  });
});
