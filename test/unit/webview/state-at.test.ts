import { describe, expect, it } from 'vitest';
import { EVERY_ROW } from '../../../src/diagram/outline.ts';
import type { Reading } from '../../../src/diagram/outline.ts';
import { DrawingPages } from '../../../src/extension/panel/drawing-pages.ts';
import type { Page } from '../../../src/protocol/page.ts';
import { stateAt } from '../../../src/webview/state-at.ts';
import { IRQFD, LEVEL_PULSE, simulatePath, USERSPACE } from '../../support/runs.ts';

const OVERVIEW: Reading = { detail: 'overview', hidden: ['vGIC'], folds: true, opened: [] };
const { steps } = simulatePath(IRQFD, {});

function pageWith(rows: typeof steps, reading: Reading, step: number): Page {
  return new DrawingPages({ isTimed: true, rows }).page({ drawing: 1, reading, step });
}

/** What a reader gets who applies every change of the rows in turn: after each row all fields. */
function applied(rows: typeof steps): Record<string, string>[] {
  const fields = new Map<string, string>();
  for (const { changes } of rows.toReversed()) {
    for (const { field, from } of changes.toReversed()) fields.set(field, from);
  }
  expect(fields.size).toBeGreaterThan(3);
  return rows.map(({ changes }) => {
    for (const { field, to } of changes) fields.set(field, to);
    return Object.fromEntries(fields);
  });
}

describe('the state beside the diagram', () => {
  it.each([
    ['where every row is shown', steps, EVERY_ROW],
    ['in an overview without a party', simulatePath(USERSPACE, {}).steps, OVERVIEW],
    ['after repeats', simulatePath(LEVEL_PULSE, {}, { interrupts: 40 }).steps, { ...EVERY_ROW, folds: true }],
    ['on later pages', simulatePath(LEVEL_PULSE, {}, { interrupts: 800 }).steps, EVERY_ROW],
  ] as const)('is what a reader gets who applies every change in turn, %s', (_, rows, reading) => {
    const expected = applied([...rows]);
    const { starts } = pageWith([...rows], reading, 0);
    for (const start of starts) {
      const page = pageWith([...rows], reading, start);
      page.rows.forEach(({ position }, row) => {
        const shown = stateAt(page, row).map(({ field, value }) => [field, value]);
        expect(Object.fromEntries(shown)).toEqual(expected[position]);
      });
    }
  });

  it('marks what this very step changed, and nothing else', () => {
    const page = pageWith(steps, EVERY_ROW, 0);
    page.rows.forEach(({ changes }, row) => {
      const marked = stateAt(page, row).filter(({ from }) => from !== null);
      const net = new Set(changes.filter(({ from, to }) => from !== to).map(({ field }) => field));
      expect(new Set(marked.map(({ field }) => field))).toEqual(net);
    });
  });

  it('shows a field that a step changes to and fro as it was before the step', () => {
    const page = pageWith(steps, EVERY_ROW, 0);
    const base = page.rows[0]!;
    const once = { ...base, changes: [{ field: 'masked', from: '0', to: '1' }] };
    const twice = {
      ...base,
      changes: [
        { field: 'masked', from: '1', to: '2' },
        { field: 'masked', from: '2', to: '0' },
      ],
    };
    const made = { ...page, fields: [{ field: 'masked', value: '0' }], rows: [once, twice] };
    expect(stateAt(made, 1)).toEqual([{ field: 'masked', value: '0', from: '1' }]);
    expect(stateAt(made, 0)).toEqual([{ field: 'masked', value: '1', from: '0' }]);
  });
});
