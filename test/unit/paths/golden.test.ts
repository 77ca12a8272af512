import { describe, expect, it } from 'vitest';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import { drawPlainText } from '../../../src/diagram/plain-text.ts';
import { drawSequence } from '../../../src/diagram/sequence.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { cycleOf, simulatePath, USERSPACE } from '../../support/runs.ts';

const CASES: readonly { name: string; settings: PathSettings; interrupt: number }[] = [
  { name: 'first-interrupt', settings: { jitterPercent: 0, wakeJitterPercent: 0 }, interrupt: 0 },
  { name: 'read-first-spurious', settings: { jitterPercent: 0, wakeJitterPercent: 0 }, interrupt: 1 },
  {
    name: 'read-first-no-spurious',
    settings: { jitterPercent: 0, wakeJitterPercent: 0, threadWake: 0 },
    interrupt: 1,
  },
  {
    name: 'write-first',
    settings: { jitterPercent: 0, wakeJitterPercent: 0, handler: 'write-first', accesses: 3 },
    interrupt: 1,
  },
  { name: 'busy-guest', settings: { jitterPercent: 0, wakeJitterPercent: 0, guest: 'busy' }, interrupt: 1 },
];

/** Everything a row says, one step a line: this is what a change of the model shows up in. */
function fullText(rows: readonly StepRow[]): string {
  const start = rows[0]?.timeNs ?? 0;
  return rows
    .map((row) => {
      const changes = row.changes.map(({ field, from, to }) => `${field}: ${from} -> ${to}`);
      return [
        `${String(row.timeNs - start).padStart(7)} ${row.process} | ${row.party} | ${row.label}`,
        `        ${row.at}`,
        ...(row.cost === null ? [] : [`        ${row.cost} ${String(row.costNs)} ns`]),
        ...row.tracepoints.map((text) => `        > ${text}`),
        ...row.marks.map((text) => `        # ${text}`),
        ...changes.map((text) => `        * ${text}`),
      ].join('\n');
    })
    .join('\n');
}

describe('golden runs of vfio-platform/userspace', () => {
  it.each(CASES)('$name', async ({ name, settings, interrupt }) => {
    const rows = cycleOf(simulatePath(USERSPACE, settings, { interrupts: interrupt + 1 }), interrupt);
    const base = `../../golden/vfio-platform-userspace/${name}`;
    await expect(`${fullText(rows)}\n`).toMatchFileSnapshot(`${base}.steps.txt`);
    await expect(drawPlainText(rows)).toMatchFileSnapshot(`${base}.mail.txt`);
    await expect(drawSequence(rows)).toMatchFileSnapshot(`${base}.mmd`);
  });

  it('keep the text for mails inside 72 columns', () => {
    for (const { settings } of CASES) {
      const lines = drawPlainText(cycleOf(simulatePath(USERSPACE, settings, { interrupts: 1 }), 0)).split(
        '\n',
      );
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72);
    }
  });
});
