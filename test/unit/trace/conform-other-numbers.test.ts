import { describe, expect, it } from 'vitest';
import { conform } from '../../../src/trace/conform.ts';
import { readRun, requestOf } from '../../support/real-runs.ts';
import { X86_RUNS } from '../../support/real-runs-x86.ts';
import { unwrap } from '../../support/unwrap.ts';

/** The trace as a guest would have made it that gives the device vector 41 at pin 22 instead of 37 at pin 21. */
function withOtherNumbers(text: string): string {
  return text
    .replaceAll(/\b(vec|vector) 37\b/g, '$1 41')
    .replaceAll('IRQ 0x25', 'IRQ 0x29')
    .replaceAll(/(apic_read 0x190|msr_read 819) = 0x20\b/g, '$1 = 0x200')
    .replaceAll(/\b(gsi|pin) 21\b/g, '$1 22')
    .replaceAll('irq=0x15', 'irq=0x16');
}

describe('a guest that has given the device another vector and pin', () => {
  it.each(['X4a', 'X5-split'])('%s is a run of the same model', (name) => {
    const run = X86_RUNS.find(({ file }) => file.startsWith(`${name}-`));
    if (run === undefined) throw new Error(`no run ${name}`);
    const text = withOtherNumbers(readRun(run));
    expect(text).toContain('vector 41');
    expect(unwrap(conform(requestOf(run, text)))).toMatchObject({ verdict: 'included' });
  });
});
