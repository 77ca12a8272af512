import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { StepRow } from '../../src/analysis/simulation.ts';
import { drawPlainText } from '../../src/diagram/plain-text.ts';
import { drawSequence } from '../../src/diagram/sequence.ts';
import type { HostFacts } from '../../src/facts/facts.ts';
import type { PathSettings } from '../../src/paths/path.ts';
import { TEST_FACTS } from './facts.ts';
import { fullText } from './full-text.ts';
import { cycleOf, simulatePath } from './runs.ts';

/** A run whose second cycle is written down, in `test/golden/<path>/<name>.*`. */
export interface GoldenCycle {
  readonly path: string;
  readonly name: string;
  readonly settings?: PathSettings;
  readonly host?: Partial<HostFacts>;
}

/** The second cycle of a run without jitter. */
function goldenRows({ path, settings, host }: GoldenCycle): StepRow[] {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
  const steady = { jitterPercent: 0, wakeJitterPercent: 0, ...settings };
  return cycleOf(simulatePath(path, steady, { interrupts: 3, facts }), 1);
}

/** The tests that hold these cycles against what was written down: all steps, the text for mails, the diagram. */
export function goldenCycles(cases: readonly GoldenCycle[]): void {
  it.each(cases)('$path: $name', async (golden) => {
    const rows = goldenRows(golden);
    expect(rows.length).toBeGreaterThan(10);
    const base = fileURLToPath(
      new URL(`../golden/${golden.path.replace('/', '-')}/${golden.name}`, import.meta.url),
    );
    const text = drawPlainText(rows);
    // As wide as a mail may be.
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(72);
    await expect(`${fullText(rows)}\n`).toMatchFileSnapshot(`${base}.steps.txt`);
    await expect(text).toMatchFileSnapshot(`${base}.mail.txt`);
    await expect(drawSequence(rows)).toMatchFileSnapshot(`${base}.mmd`);
  });
}
