import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TEST_FACTS } from '../../support/facts.ts';
import { pl011Events, readPl011Trace } from '../../support/real-trace-pl011.ts';
import { simulatePath } from '../../support/runs.ts';

/** A write of two characters to the console of a real guest on Arm, from the first register access to the last. */
const FILE = 'A1-console-write';

describe('a write to a PL011: a run and a real kernel do the same, event by event', () => {
  it('emulated/doorbell-sync', async () => {
    const url = new URL(`../../fixtures/traces/${FILE}.ftrace.txt`, import.meta.url);
    const real = readPl011Trace(readFileSync(url, 'utf8'));
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu: '7.2' } };
    const settings = { arch: 'arm', device: 'pl011', characters: 2, jitterPercent: 0, wakeJitterPercent: 0 };
    const { steps } = simulatePath('emulated/doorbell-sync', settings, { interrupts: 6, facts });
    const writes = steps.flatMap(({ label }, index) => (label === 'fill-buffer' ? [index] : []));
    const run = pl011Events(steps.slice(writes[1], writes[2]).flatMap(({ tracepoints }) => tracepoints));
    expect(real.length).toBeGreaterThan(50);
    const rows = Array.from({ length: Math.max(run.length, real.length) }, (_, i) => {
      const [a = '', b = ''] = [run[i], real[i]];
      return `${a === b ? ' ' : '!'} ${a.padEnd(82)} ${b}`.trimEnd();
    });
    const text = [`  ${'run'.padEnd(82)} real trace`, ...rows, ''].join('\n');
    await expect(text).toMatchFileSnapshot(`../../golden/traces/${FILE}.txt`);
    expect(run).toEqual(real);
  });
});
