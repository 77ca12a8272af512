import { beforeEach, describe, expect, it } from 'vitest';
import { simulate } from '../../../src/analysis/simulate.ts';
import type { Simulation } from '../../../src/analysis/simulation.ts';
import { PanelModel } from '../../../src/extension/panel/panel-model.ts';
import type { FinishedRun } from '../../../src/extension/panel/finished.ts';
import { EVERY_ROW } from '../../../src/diagram/outline.ts';
import { getPage, intent, ready } from '../../../src/protocol/messages.ts';
import type { PanelState, Subject } from '../../../src/protocol/panel-state.ts';
import { TEST_FACTS } from '../../support/facts.ts';

const SUBJECT: Subject = { kind: 'path', path: 'vfio-platform/userspace' };

function run(seed = 1): FinishedRun {
  const result = simulate({ path: 'vfio-platform/userspace', facts: TEST_FACTS, seed });
  if (!result.ok) throw new Error(result.error);
  return {
    kind: 'run',
    simulation: result.value,
    measured: result.value,
    assumptions: [],
    reasons: [],
    notes: [],
    whatIf: [],
    delta: [],
  };
}

/** The number by which the rows of a shape are asked for. */
function drawingOf({ state }: PanelModel, shape: number): number {
  return state.answer?.shapes[shape]?.drawing ?? -1;
}

describe('PanelModel', () => {
  let states: PanelState[];
  let model: PanelModel;
  let simulation: Simulation;

  beforeEach(() => {
    states = [];
    model = new PanelModel((state) => states.push(state));
    const finished = run();
    ({ simulation } = finished);
    model.begin(SUBJECT);
    model.finish(finished);
  });

  it('counts every change up and tells it, in a form that may travel', () => {
    expect(states.map(({ rev }) => rev)).toEqual([1, 2]);
    expect(states.map(({ busy }) => busy)).toEqual([true, false]);
    for (const state of states) expect(ready.reply(state)).toBe(true);
  });

  it('gives each shape’s rows with the labels of that shape, in a form that may travel', () => {
    expect(simulation.shapes.length).toBeGreaterThan(1);
    simulation.shapes.forEach(({ labels }, shape) => {
      const page = model.page({ drawing: drawingOf(model, shape), reading: EVERY_ROW, step: 0 });
      if (!page.ok) throw new Error(page.error);
      expect(page.value.rows.map(({ label }) => label)).toEqual(labels);
      expect(model.state.answer?.shapes[shape]?.steps).toBe(labels.length);
      expect(getPage.reply(page.value)).toBe(true);
    });
  });

  it('draws one message for each row, in their order', () => {
    const page = model.page({ drawing: drawingOf(model, 0), reading: EVERY_ROW, step: 0 });
    if (!page.ok) throw new Error(page.error);
    const messages = [...page.value.mermaid.matchAll(/^ {2}p\d+-{1,2}(?:>>|\))p\d+: (.*)$/gm)].map(
      ([, label]) => label,
    );
    expect(messages).toEqual(page.value.rows.map(({ label }) => label));
  });

  it('refuses the page of a run that has been replaced, and of a shape that is not there', () => {
    const old = drawingOf(model, 0);
    model.finish(run(2));
    const now = drawingOf(model, 0);
    const at = { reading: EVERY_ROW, step: 0 };
    expect(now).not.toBe(old);
    expect(model.page({ ...at, drawing: old })).toMatchObject({ ok: false });
    expect(model.page({ ...at, drawing: now })).toMatchObject({
      ok: true,
      value: { drawing: now, isTimed: true },
    });
    expect(model.page({ ...at, drawing: 999 })).toMatchObject({ ok: false });
    expect(model.search({ drawing: old, reading: EVERY_ROW, text: 'a' })).toMatchObject({ ok: false });
  });

  it('does what the user asks for, and refuses what is not there without a change', () => {
    expect(model.apply({ kind: 'selectStep', rev: 2, step: 5 })).toMatchObject({
      ok: true,
      value: { step: 5 },
    });
    expect(model.apply({ kind: 'selectShape', rev: 3, shape: 1 })).toMatchObject({
      value: { shape: 1, step: 0 },
    });
    const look = {
      tab: 'races',
      view: 'time',
      detail: 'all',
      folds: false,
      hidden: ['KVM'],
      section: 'why',
    } as const;
    expect(model.apply({ kind: 'look', rev: 4, look })).toMatchObject({ value: look });
    const { rev } = model.state;
    expect(model.apply({ kind: 'selectStep', rev, step: 100_000 })).toMatchObject({ ok: false });
    expect(model.apply({ kind: 'selectShape', rev, shape: 100 })).toMatchObject({ ok: false });
    expect(model.state.rev).toBe(rev);
    expect(intent.reply(model.state)).toBe(true);
  });

  it('does not apply a choice in an old run to the one that replaced it', () => {
    const { rev } = model.state;
    model.finish(run(2));
    expect(model.apply({ kind: 'selectStep', rev, step: 5 })).toMatchObject({ ok: true, value: { step: 0 } });
  });

  it('comes back at the place it was left at, or at the start if that place is gone', () => {
    model.finish(run(), { shape: 1, step: 3 });
    expect(model.state).toMatchObject({ shape: 1, step: 3 });
    model.finish(run(), { shape: 1, step: 100_000 });
    expect(model.state).toMatchObject({ shape: 0, step: 0 });
  });

  it('shows trouble instead of an old answer', () => {
    model.fail({ message: 'no such path', action: null });
    expect(model.state).toMatchObject({
      answer: null,
      trouble: { message: 'no such path' },
      assumptions: [],
    });
    expect(model.shown()).toBeUndefined();
    model.finish(run());
    expect(model.state.trouble).toBeNull();
  });
});
