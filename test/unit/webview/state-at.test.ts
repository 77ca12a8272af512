import { describe, expect, it } from 'vitest';
import { shownRow } from '../../../src/protocol/shown-row.ts';
import type { ShownRow } from '../../../src/protocol/shown-row.ts';
import { stateAt } from '../../../src/webview/state-at.ts';
import { IRQFD, simulatePath } from '../../support/runs.ts';

const { steps } = simulatePath(IRQFD, {});
const rows = steps.map(shownRow);

describe('the state beside the diagram', () => {
  it('is what a reader gets who applies every change of the list in turn', () => {
    const fields = new Map<string, string>();
    for (const { changes } of rows.toReversed()) {
      for (const { field, from } of changes.toReversed()) fields.set(field, from);
    }
    expect(fields.size).toBeGreaterThan(3);
    rows.forEach(({ changes }, position) => {
      for (const { field, to } of changes) fields.set(field, to);
      const shown = stateAt(rows, position);
      expect(Object.fromEntries(shown.map(({ field, value }) => [field, value]))).toEqual(
        Object.fromEntries(fields),
      );
    });
  });

  it('marks what this very step changed, and nothing else', () => {
    rows.forEach(({ changes }, position) => {
      const marked = stateAt(rows, position).filter(({ from }) => from !== null);
      const net = new Set(changes.filter(({ from, to }) => from !== to).map(({ field }) => field));
      expect(new Set(marked.map(({ field }) => field))).toEqual(net);
    });
  });

  it('shows a field that a step changes to and fro as it was before the step', () => {
    const base = rows[0] as ShownRow;
    const once = { ...base, changes: [{ field: 'masked', from: '0', to: '1' }] };
    const twice = {
      ...base,
      changes: [
        { field: 'masked', from: '1', to: '2' },
        { field: 'masked', from: '2', to: '0' },
      ],
    };
    expect(stateAt([once, twice], 1)).toEqual([{ field: 'masked', value: '0', from: '1' }]);
    expect(stateAt([once, twice], 0)).toEqual([{ field: 'masked', value: '1', from: '0' }]);
  });
});
