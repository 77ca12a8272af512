import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import { drawSequence } from '../../../src/diagram/sequence.ts';
import { escapeText } from '../../../src/diagram/escape.ts';
import { mermaidParser } from '../../support/mermaid.ts';
import { cycleOf, simulatePath, USERSPACE } from '../../support/runs.ts';

let parse: (text: string) => Promise<unknown>;
beforeAll(async () => {
  parse = await mermaidParser();
});

/** The messages of a diagram, as its reader sees them: what stands behind the colon of each arrow. */
function messages(text: string): string[] {
  return [...text.matchAll(/^ {2}p\d+(?:-\)|-?->>)p\d+: (.*)$/gm)].map(([, message]) => message ?? '');
}

function row(overrides: Partial<StepRow>): StepRow {
  return {
    index: 0,
    timeNs: 0,
    interrupt: 0,
    inCycle: true,
    party: 'KVM',
    home: 'kernel',
    process: 'vCPU 0',
    context: 'thread',
    label: 'step',
    at: 'nowhere',
    costNs: 0,
    cost: null,
    costTrust: null,
    tracepoints: [],
    marks: [],
    changes: [],
    wokenBy: null,
    entered: 'next',
    ...overrides,
  };
}

describe('drawSequence', () => {
  it('draws every shape of every kind of run as text that Mermaid accepts, one message a row, in order', async () => {
    const runs = [
      {},
      { handler: 'write-first', accesses: 7 },
      { guest: 'busy' },
      { mmapTimeoutMs: 110, periodUs: 500_000 },
      { mmap: 'off' },
      { mmapTimeoutMs: 1, deviceAccess: 350_000, periodUs: 50_000, accesses: 5 },
    ];
    for (const settings of runs) {
      const simulation = simulatePath(USERSPACE, settings, { interrupts: 8 });
      for (const { firstInterrupt, labels } of simulation.shapes) {
        const text = drawSequence(cycleOf(simulation, firstInterrupt), { title: 'a; title # with end' });
        await expect(parse(text)).resolves.toBeTruthy();
        expect(messages(text)).toEqual(labels);
      }
    }
  });

  it('opens and closes every activation bar', () => {
    const simulation = simulatePath(USERSPACE, {}, { interrupts: 10 });
    for (let i = 0; i < simulation.interrupts; i++) {
      const text = drawSequence(cycleOf(simulation, i));
      const open = new Map<string, number>();
      for (const [, verb, who = ''] of text.matchAll(/^ {2}(activate|deactivate) (p\d+)$/gm)) {
        open.set(who, (open.get(who) ?? 0) + (verb === 'activate' ? 1 : -1));
        expect(open.get(who)).toBeGreaterThanOrEqual(0);
      }
      expect([...open.values()].every((n) => n === 0)).toBe(true);
    }
  });

  it('takes the arrow from whoever made the step possible: a call, a return, a signal, the world switch', () => {
    const text = drawSequence([
      row({ index: 0, label: 'a', party: 'main loop', home: 'qemu', process: 'main loop' }),
      row({ index: 1, label: 'b', entered: 'call', process: 'main loop' }),
      row({ index: 2, label: 'c', wokenBy: 1 }),
      row({
        index: 3,
        label: 'd',
        party: 'main loop',
        home: 'qemu',
        process: 'main loop',
        entered: 'return',
      }),
      row({
        index: 4,
        label: 'e',
        party: 'driver',
        home: 'guest',
        process: 'guest',
        context: 'guest',
        wokenBy: 2,
      }),
    ]);
    expect(text.split('\n').filter((line) => line.includes(': '))).toEqual([
      '  p1->>p1: a',
      '  p1->>p0: b',
      '  p0-)p0: c',
      '  p0-->>p1: d',
      '  p0->>p2: e',
    ]);
  });

  it('notes what is notable, and every crossing of the guest border', () => {
    const text = drawSequence([
      row({
        changes: [
          { field: 'VFIO line', from: 'unmasked', to: 'masked', notable: true },
          { field: 'MMIO', from: 'idle', to: 'needed', notable: false },
        ],
        tracepoints: ['kvm:kvm_exit TRAP: HSR_EC: 0x0024 (DABT_LOW)'],
      }),
    ]);
    expect(text).toContain('Note over p0: VM exit · TRAP: HSR_EC: 0x0024 (DABT_LOW)');
    expect(text).toContain('Note over p0: VFIO line: unmasked → masked');
    expect(text).not.toContain('MMIO');
  });

  it('has boxes in the order hardware, kernel, QEMU, guest', () => {
    const simulation = simulatePath(USERSPACE, {}, { interrupts: 1 });
    const boxes = [...drawSequence(simulation.steps).matchAll(/box transparent (.*)/g)].map(
      ([, name]) => name,
    );
    expect(boxes).toEqual(['Hardware', 'Host kernel', 'QEMU', 'Guest']);
  });
});

describe('escapeText', () => {
  it('makes any text acceptable to Mermaid as a party, a label and a title', async () => {
    const nasty = fc.oneof(
      fc.constantFrom(
        'end',
        'END',
        'a;b',
        '#',
        '#59;',
        'loop',
        'note over',
        '%%',
        '->>',
        ':',
        'as',
        '"',
        "'",
        '<br>',
        '\n',
        '',
        'box',
        'participant',
        'x as ',
        'activate',
        '@{',
        '()',
        '+',
        '-',
      ),
      fc.string({ maxLength: 12, unit: 'binary' }),
      fc.string({ maxLength: 12, unit: 'grapheme' }),
    );
    await fc.assert(
      fc.asyncProperty(nasty, nasty, async (party, label) => {
        const text = drawSequence([row({ party, label })], { title: label });
        await expect(parse(text)).resolves.toBeTruthy();
      }),
      { numRuns: 300 },
    );
  });

  it('leaves ordinary labels alone', () => {
    expect(escapeText('read-status')).toBe('read-status');
    expect(escapeText('a;b#c')).toBe('a#59;b#35;c');
  });
});
