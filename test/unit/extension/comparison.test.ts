import { describe, expect, it } from 'vitest';
import { simulate } from '../../../src/analysis/simulate.ts';
import { compareRuns } from '../../../src/cli/comparison.ts';
import { comparisonText } from '../../../src/cli/comparison-text.ts';
import { describeComparison } from '../../../src/extension/panel/describe-comparison.ts';
import type { Compared } from '../../../src/extension/panel/describe-comparison.ts';
import { rowsOfShape } from '../../../src/analysis/rows-of-shape.ts';
import { drawSideBySide } from '../../../src/extension/panel/side-by-side.ts';
import { getSideBySide } from '../../../src/protocol/side-by-side.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const PATHS = ['vfio-pci/intx-irqfd', 'vfio-pci/intx-userspace', 'vfio-pci/msi-irqfd'];
/** What all comparisons of the editor are measured with. */
const MEASURED = { interrupts: 50, settings: { jitterPercent: 0, wakeJitterPercent: 0 } };

function compared(path: string): Compared {
  const measured = unwrap(simulate({ path, facts: TEST_FACTS, ...MEASURED }));
  return { title: path, simulation: measured, measured, whatIf: [] };
}

const words = (phrases: readonly { readonly text: string }[] | undefined): string =>
  (phrases ?? []).map(({ text }) => text).join('');

describe('the table of a comparison', () => {
  const runs = PATHS.map(compared);
  const comparison = describeComparison(7, runs, []);

  it('says of each column what irqpath compare says of that path', () => {
    const { settings, interrupts } = MEASURED;
    const request = { facts: TEST_FACTS, settings, bugs: {}, options: { interrupts } };
    const text = comparisonText(unwrap(compareRuns(PATHS, request, () => ({}))), []);
    const plain = text.replaceAll(/\s+/g, ' ');
    expect(comparison.deltas[0]).toEqual([]);
    for (const delta of comparison.deltas.slice(1)) {
      expect(words(delta)).toMatch(/exits, ≈ \S+ [µn]s latency per interrupt$/);
      expect(plain).toContain(words(delta));
    }
  });

  it('marks the least and the most of a row, and says the difference to the first column', () => {
    const exits = comparison.rows.find(({ name }) => name === 'exits')?.values ?? [];
    const values = runs.map(({ measured }) => measured.summary.exitsPerInterrupt);
    expect(exits.map(({ mark }) => mark)).toEqual(
      values.map((value) =>
        value === Math.min(...values) ? 'smallest' : value === Math.max(...values) ? 'largest' : null,
      ),
    );
    expect(exits[0]?.change).toBe('');
    expect(exits[1]?.change).toMatch(/^\+\d/);
    expect(exits[2]?.change).toMatch(/^−\d/);
  });

  it('marks nothing where all are alike', () => {
    const [first] = runs;
    if (!first) throw new Error('no run');
    const same = describeComparison(1, [first, { ...first, title: 'the same' }], []);
    for (const { values } of same.rows) {
      expect(values.map(({ mark }) => mark)).toEqual([null, null]);
      expect(values.map(({ change }) => change)).toEqual(['', '']);
    }
    expect(words(same.deltas[1])).toMatch(/no difference/);
  });

  it('does not set times of different platforms against each other', () => {
    const mixed = describeComparison(1, [compared('vfio-platform/irqfd'), ...runs.slice(0, 1)], []);
    const latency = mixed.rows.find(({ name }) => name === 'latency, median');
    expect(latency?.values.map(({ mark, change }) => [mark, change])).toEqual([
      [null, ''],
      [null, ''],
    ]);
    expect(mixed.missing.join()).toMatch(/different platforms/);
    expect(words(mixed.deltas[1])).not.toMatch(/latency/);
  });

  it('does not set a time against what never happens', () => {
    const pulse = describeComparison(1, [compared('irqfd/level-pulse'), compared('irqfd/eoifd')], []);
    const ready = pulse.rows.find(({ name }) => name === 'ready again, median');
    expect(ready?.values).toEqual([
      { text: 'never', change: '', mark: null },
      { text: expect.stringMatching(/^≈ \S+ µs$/) as string, change: '', mark: null },
    ]);
  });

  it('is drawn for two or three runs; beyond, there is the table', () => {
    const drawn = [1, 2, 3, 4].map(
      (count) => describeComparison(1, [...runs, ...runs].slice(0, count), []).isDrawn,
    );
    expect(drawn).toEqual([false, true, true, false]);
  });
});

describe('runs side by side', () => {
  const cycles = PATHS.map((path) => {
    const simulation = unwrap(simulate({ path, facts: TEST_FACTS }));
    return { title: path, rows: rowsOfShape(simulation, 0) };
  });
  const drawn = drawSideBySide(cycles);

  it('have every step of each run once, in order, with its time from the assertion', () => {
    cycles.forEach(({ rows }, member) => {
      const steps = drawn.rows.flatMap((row) => row[member] ?? []);
      expect(steps.map(({ label }) => label)).toEqual(rows.map(({ label }) => label));
      expect(steps.map(({ step }) => step)).toEqual(rows.map((_, i) => i + 1));
      expect(steps[0]?.timeNs).toBe(0);
    });
  });

  it('stand in one row only where the same party does the same', () => {
    for (const row of drawn.rows) {
      const names = row.flatMap((cell) => (cell ? `${String(cell.lane)} ${cell.label}` : []));
      expect(new Set(names).size).toBe(1);
    }
    expect(drawn.rows.filter((row) => !row.includes(null)).length).toBeGreaterThan(3);
  });

  it('have the parties of all in one order: hardware, kernel, QEMU, guest', () => {
    const homes = drawn.lanes.map(({ home }) => home);
    const order = ['hardware', 'kernel', 'qemu', 'process', 'guest'];
    expect(homes).toEqual(homes.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
    expect(new Set(drawn.lanes.map(({ party }) => party)).size).toBe(drawn.lanes.length);
  });

  it('say what differs first', () => {
    expect(words(drawn.difference)).toMatch(/^They differ from the first step on: /);
    const { rows, difference } = drawSideBySide(cycles.slice(0, 2));
    const first = rows.findIndex((row) => row.includes(null));
    expect(first).toBeGreaterThan(1);
    expect(words(difference)).toContain(`The first ${String(first)} steps are the same; then`);
    const next = cycles[1]?.rows[first];
    expect(words(difference)).toContain(`${PATHS[1] ?? ''} does ${next?.label ?? ''}`);
    const [userspace, irqfd, twin] = [cycles[1], cycles[0], cycles[0]];
    if (!userspace || !irqfd || !twin) throw new Error('no cycle');
    const three = drawSideBySide([userspace, irqfd, { ...twin, title: 'its twin' }]).difference;
    expect(words(three)).toMatch(/ and its twin do \S+ \(/);
    const [same] = cycles;
    if (!same) throw new Error('no cycle');
    expect(words(drawSideBySide([same, same]).difference)).toMatch(/^Step by step the same/);
  });

  it('travel, in less than a megabyte however long a run is', () => {
    const [cycle] = cycles;
    if (!cycle) throw new Error('no cycle');
    const long = Array.from({ length: 40 }, () => cycle.rows).flat();
    const big = drawSideBySide([
      { title: 'a', rows: long },
      { title: 'b', rows: long.toReversed() },
      { title: 'c', rows: long },
    ]);
    expect(big.omitted).toBeGreaterThan(0);
    for (const one of [drawn, big]) {
      expect(getSideBySide.reply(one)).toBe(true);
      expect(JSON.stringify(one).length).toBeLessThan(1_000_000);
    }
  });
});
