import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TEST_FACTS } from '../../support/facts.ts';
import { readUartTrace, uartEvents } from '../../support/real-trace-uart.ts';
import { simulatePath } from '../../support/runs.ts';

/** A write of two characters to the console of a real guest, from the first register write to the last interrupt's end. */
const FILE = 'X1-console-write';

describe('a write to a UART: a run and a real kernel do the same, event by event', () => {
  it.each([
    ['emulated/line', {}],
    ['emulated/doorbell-sync', { device: 'isa-serial' }],
  ])('%s', async (path, device) => {
    const url = new URL(`../../fixtures/traces/${FILE}.ftrace.txt`, import.meta.url);
    const real = readUartTrace(readFileSync(url, 'utf8'));
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, vendor: 'amd' as const, qemu: '7.2' } };
    const settings = { ...device, characters: 2, jitterPercent: 0, wakeJitterPercent: 0 };
    const { steps } = simulatePath(path, settings, { interrupts: 4, facts });
    const writes = steps.flatMap(({ label }, index) => (label === 'enable-thri' ? [index] : []));
    const run = uartEvents(steps.slice(writes[1], writes[2]).flatMap(({ tracepoints }) => tracepoints));
    expect(real.length).toBeGreaterThan(150);
    const rows = Array.from({ length: Math.max(run.length, real.length) }, (_, i) => {
      const [a = '', b = ''] = [run[i], real[i]];
      return `${a === b ? ' ' : '!'} ${a.padEnd(66)} ${b}`.trimEnd();
    });
    const text = [`  ${'run'.padEnd(66)} real trace`, ...rows, ''].join('\n');
    await expect(text).toMatchFileSnapshot(`../../golden/traces/${FILE}.txt`);
    expect(run).toEqual(real);
  });
});
