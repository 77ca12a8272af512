import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERY_ROW, outline } from '../../../src/diagram/outline.ts';
import type { Reading } from '../../../src/diagram/outline.ts';
import { cycleOf, LEVEL_PULSE, simulatePath, USERSPACE } from '../../support/runs.ts';

const USERSPACE_ROWS = cycleOf(simulatePath(USERSPACE, {}, { interrupts: 1 }), 0);
const NEVER_READY = cycleOf(simulatePath(LEVEL_PULSE, {}, { interrupts: 50 }), 0);
const PARTIES = [...new Set(USERSPACE_ROWS.map(({ party }) => party))];

const reading = fc.record({
  detail: fc.constantFrom('overview' as const, 'all' as const),
  hidden: fc.subarray(PARTIES),
  folds: fc.boolean(),
  opened: fc.constant([]),
}) satisfies fc.Arbitrary<Reading>;

describe('outline', () => {
  it('shows every row when nothing is left out', () => {
    const { rows } = outline(USERSPACE_ROWS, EVERY_ROW);
    expect(rows).toEqual(USERSPACE_ROWS.map((_, position) => ({ position, omitted: 0, repeat: null })));
  });

  it('accounts for every row after the first shown one, shown, left out or folded away', () => {
    fc.assert(
      fc.property(reading, fc.constantFrom(USERSPACE_ROWS, NEVER_READY), (how, cycle) => {
        const { rows } = outline(cycle, how);
        const ofRepeats = new Map(
          rows.flatMap(({ repeat }) => (repeat ? [[repeat.position, repeat] as const] : [])),
        );
        const counted = rows.reduce((sum, { omitted }) => sum + 1 + omitted, 0);
        const folded = [...ofRepeats.values()].reduce((sum, { position, length, times }) => {
          const once = rows.filter(({ repeat }) => repeat?.position === position);
          expect(once).toHaveLength(length);
          return sum + once.reduce((rest, { omitted }) => rest + 1 + omitted, 0) * (times - 1);
        }, 0);
        expect(counted + folded).toBe(rows.length === 0 ? 0 : cycle.length - (rows[0]?.position ?? 0));
      }),
    );
  });

  it('shows no row of a hidden party', () => {
    fc.assert(
      fc.property(reading, (how) => {
        const { rows } = outline(USERSPACE_ROWS, how);
        const shown = new Set(rows.map(({ position }) => USERSPACE_ROWS[position]?.party));
        expect(how.hidden.filter((party) => shown.has(party))).toEqual([]);
      }),
    );
  });

  it('shows once what comes again and again, and opens it', () => {
    const { rows } = outline(NEVER_READY, { ...EVERY_ROW, folds: true });
    const last = rows.at(-1);
    expect(NEVER_READY[last?.position ?? 0]?.label).toBe('set-cause');
    expect(last?.repeat).toMatchObject({ length: 1, times: 49, open: false });
    const opened = [last?.repeat?.position ?? 0];
    const open = outline(NEVER_READY, { ...EVERY_ROW, folds: true, opened }).rows;
    expect(open.map(({ position }) => position)).toEqual(NEVER_READY.map((_, i) => i));
    expect(open.filter(({ repeat }) => repeat?.open === true)).toHaveLength(1);
  });

  it('folds only what looks the same: other numbers in a trace point or a note keep rows apart', () => {
    const base = NEVER_READY.at(-1)!;
    const at = (i: number, text: string) => ({ ...base, index: i, tracepoints: [text] });
    const same = Array.from({ length: 6 }, (_, i) => at(i, 'kvm:kvm_entry'));
    const other = Array.from({ length: 6 }, (_, i) => at(i, `kvm:kvm_set_irq gsi ${String(i)}`));
    expect(outline(same, { ...EVERY_ROW, folds: true }).rows).toHaveLength(1);
    expect(outline(other, { ...EVERY_ROW, folds: true }).rows).toHaveLength(6);
  });
});
