import { expect } from 'vitest';
import type { StepRow } from '../../src/analysis/simulation.ts';
import { drawPlainText } from '../../src/diagram/plain-text.ts';
import { drawSequence } from '../../src/diagram/sequence.ts';
import type { HostFacts } from '../../src/facts/facts.ts';
import type { PathSettings } from '../../src/paths/path.ts';
import { TEST_FACTS } from './facts.ts';
import { fullText } from './full-text.ts';
import { cycleOf, simulatePath } from './runs.ts';

/** One cycle of a path that is kept as text: its steps, its picture, its form for mails. */
export interface GoldenCase {
  readonly path: string;
  readonly name: string;
  readonly settings?: PathSettings;
  readonly host?: Partial<HostFacts>;
}

/** The second cycle of a run without jitter. */
export function goldenRows({ path, settings, host }: GoldenCase): StepRow[] {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
  const steady = { jitterPercent: 0, wakeJitterPercent: 0, ...settings };
  return cycleOf(simulatePath(path, steady, { interrupts: 3, facts }), 1);
}

/** Compares the cycle with the files of its name in test/golden. */
export async function expectGolden(golden: GoldenCase): Promise<void> {
  const rows = goldenRows(golden);
  expect(rows.length).toBeGreaterThan(5);
  const base = `../../golden/${golden.path.replace('/', '-')}/${golden.name}`;
  await expect(`${fullText(rows)}\n`).toMatchFileSnapshot(`${base}.steps.txt`);
  await expect(drawPlainText(rows)).toMatchFileSnapshot(`${base}.mail.txt`);
  await expect(drawSequence(rows)).toMatchFileSnapshot(`${base}.mmd`);
}

/** Expects the text for mails inside 72 columns. */
export function expectNarrow(golden: GoldenCase): void {
  const lines = drawPlainText(goldenRows(golden)).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72);
}
