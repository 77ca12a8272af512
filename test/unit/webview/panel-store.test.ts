import { beforeEach, describe, expect, it } from 'vitest';
import type { View } from '../../../src/webview/panel-store.ts';
import { connectPanel } from './connected-panel.ts';
import type { ConnectedPanel } from './connected-panel.ts';

describe('PanelStore', () => {
  let panel: ConnectedPanel;
  let views: View[];
  const now = (): View => views.at(-1) as View;
  const drawing = (): number | undefined => now().state.answer?.shapes[now().state.shape]?.drawing;

  beforeEach(async () => {
    panel = connectPanel();
    views = [];
    panel.store.subscribe((view) => views.push(view));
    await panel.store.start();
    panel.answer(1);
    await expect.poll(() => now().page).not.toBeNull();
  });

  it('asks for the page of the shape that is shown, and only once', async () => {
    expect(now().page).toMatchObject({ drawing: drawing() });
    const first = drawing();
    panel.store.selectShape(1);
    expect(now().page).toBeNull();
    await expect.poll(() => now().page?.drawing).toBe(drawing());
    expect(drawing()).not.toBe(first);
    expect(panel.model.state.shape).toBe(1);
  });

  it('shows a choice at once, and tells the extension', async () => {
    panel.hold(true);
    panel.store.selectStep(4);
    expect(now().state.step).toBe(4);
    expect(panel.model.state.step).toBe(0);
    panel.hold(false);
    await expect.poll(() => panel.model.state.step).toBe(4);
  });

  it('does not jump back while the user is faster than the answers', async () => {
    const seen = views.length;
    for (let step = 1; step <= 20; step++) panel.store.selectStep(step);
    await expect.poll(() => panel.model.state.step).toBe(20);
    await expect.poll(() => now().state.rev).toBe(panel.model.state.rev);
    const steps = views.slice(seen).map(({ state }) => state.step);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(steps.at(-1)).toBe(20);
  });

  it('ignores a step that is not there', () => {
    panel.store.selectStep(100_000);
    panel.store.selectStep(-1);
    expect(now().state.step).toBe(0);
  });

  it('takes a new run and its page instead of the old one’s', async () => {
    panel.store.selectStep(3);
    panel.answer(2);
    await expect.poll(() => now().state.answer?.run).toBe(2);
    await expect.poll(() => now().page?.drawing).toBe(drawing());
    expect(now().state).toMatchObject({ step: 0, shape: 0 });
  });

  it('hands commands on', async () => {
    panel.store.command('copyMermaid');
    await expect.poll(() => panel.commands).toEqual(['copyMermaid']);
  });
});
