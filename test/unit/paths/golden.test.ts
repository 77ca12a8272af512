import { describe, expect, it } from 'vitest';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import { drawPlainText } from '../../../src/diagram/plain-text.ts';
import { drawSequence } from '../../../src/diagram/sequence.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { ALL_PATHS } from '../../../src/paths/all-paths.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { cycleOf, EOI_UNMASK, FORWARDED, IRQFD, simulatePath, USERSPACE } from '../../support/runs.ts';

interface GoldenCase {
  readonly path: string;
  readonly name: string;
  readonly settings: PathSettings;
  readonly interrupt: number;
  readonly kernel?: string;
}

const STEADY = { jitterPercent: 0, wakeJitterPercent: 0 };

const CASES: readonly GoldenCase[] = [
  { path: USERSPACE, name: 'first-interrupt', settings: STEADY, interrupt: 0 },
  { path: USERSPACE, name: 'read-first-spurious', settings: STEADY, interrupt: 1 },
  { path: USERSPACE, name: 'read-first-no-spurious', settings: { ...STEADY, threadWake: 0 }, interrupt: 1 },
  {
    path: USERSPACE,
    name: 'write-first',
    settings: { ...STEADY, handler: 'write-first', accesses: 3 },
    interrupt: 1,
  },
  { path: USERSPACE, name: 'busy-guest', settings: { ...STEADY, guest: 'busy' }, interrupt: 1 },
  { path: USERSPACE, name: 'gicv3', settings: { ...STEADY, gic: '3' }, interrupt: 1 },
  { path: USERSPACE, name: 'two-lines', settings: { ...STEADY, lines: 2 }, interrupt: 1 },
  { path: IRQFD, name: 'idle-guest', settings: STEADY, interrupt: 1 },
  { path: IRQFD, name: 'busy-guest', settings: { ...STEADY, guest: 'busy' }, interrupt: 1 },
  { path: IRQFD, name: 'kworker', settings: STEADY, interrupt: 1, kernel: '4.4' },
  { path: IRQFD, name: 'edge', settings: { ...STEADY, trigger: 'edge', guestTrigger: 'edge' }, interrupt: 1 },
  {
    path: IRQFD,
    name: 'threaded-oneshot',
    settings: { ...STEADY, handlerContext: 'threaded' },
    interrupt: 1,
  },
  { path: FORWARDED, name: 'idle-guest', settings: STEADY, interrupt: 1 },
  { path: FORWARDED, name: 'busy-guest', settings: { ...STEADY, guest: 'busy' }, interrupt: 1 },
  { path: FORWARDED, name: 'kernel-of-2014', settings: STEADY, interrupt: 1, kernel: '3.17' },
  { path: EOI_UNMASK, name: 'kernel-deasserts', settings: STEADY, interrupt: 1 },
  { path: EOI_UNMASK, name: 'qemu-deasserts', settings: { ...STEADY, deassert: 'qemu' }, interrupt: 1 },
];

function goldenRows({ path, settings, interrupt, kernel = '6.12' }: GoldenCase): StepRow[] {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, kernel } };
  return cycleOf(simulatePath(path, settings, { interrupts: interrupt + 1, facts }), interrupt);
}

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

describe('golden runs', () => {
  it.each(CASES)('$path: $name', async (golden) => {
    const rows = goldenRows(golden);
    expect(rows.length).toBeGreaterThan(10);
    const base = `../../golden/${golden.path.replace('/', '-')}/${golden.name}`;
    await expect(`${fullText(rows)}\n`).toMatchFileSnapshot(`${base}.steps.txt`);
    await expect(drawPlainText(rows)).toMatchFileSnapshot(`${base}.mail.txt`);
    await expect(drawSequence(rows)).toMatchFileSnapshot(`${base}.mmd`);
  });

  it('are there for every path', () => {
    expect([...new Set(CASES.map(({ path }) => path))]).toEqual(ALL_PATHS.map(({ info }) => info.id));
  });

  it('keep the text for mails inside 72 columns', () => {
    for (const golden of CASES) {
      const lines = drawPlainText(goldenRows(golden)).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72);
    }
  });
});
