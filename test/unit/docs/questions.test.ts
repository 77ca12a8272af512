import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EOI_UNMASK, IRQFD, simulatePath, USERSPACE } from '../../support/runs.ts';
import { irqpath } from '../cli/irqpath.ts';

const DOCUMENT = readFileSync(new URL('../../../docs/questions.md', import.meta.url), 'utf8');

const VIRTIO = readFileSync(new URL('../../../samples/virtio.sh', import.meta.url), 'utf8');
const SAMPLES = { 'samples/virtio.sh': VIRTIO };

/** A command of the document and what it shows of its output; `…` stands for any number of lines. */
interface Shown {
  readonly command: string;
  readonly lines: readonly string[];
}

/** Every block of the document; one inside a list is indented. */
function shown(text: string): Shown[] {
  return [...text.matchAll(/^( *)```console\n([^]*?)^ *```$/gm)].map(([, indent = '', block = '']) => {
    const lines = block.split('\n').map((line) => line.slice(indent.length).trimEnd());
    const first = lines.findIndex((line, i) => i > 0 && !line.startsWith('    '));
    return {
      command: lines
        .slice(0, first)
        .map((line) => line.trim())
        .join(' ')
        .replace(/^\$ irqpath /, ''),
      lines: lines.slice(first).filter((line) => line !== ''),
    };
  });
}

/** Whether the lines stand in the output in that order, one behind the other except for `…`. */
function isExcerpt(lines: readonly string[], output: readonly string[]): boolean {
  let at = 0;
  let gap = lines[0] === '…';
  for (const line of lines) {
    if (line === '…') {
      gap = true;
      continue;
    }
    const found = gap ? output.indexOf(line, at) : output[at] === line ? at : -1;
    if (found < 0) return false;
    at = found + 1;
    gap = false;
  }
  return true;
}

const BLOCKS = shown(DOCUMENT);

describe('docs/questions.md', () => {
  it('shows commands and what they print', () => {
    expect(BLOCKS.length).toBeGreaterThan(8);
    for (const { command, lines } of BLOCKS) {
      expect(command).toMatch(/^(compare|simulate|explore) --|^resolve samples\//);
      expect(lines.filter((line) => line !== '…').length).toBeGreaterThan(0);
    }
  });

  it.each(BLOCKS)('irqpath $command', { timeout: 120_000 }, async ({ command, lines }) => {
    const { out } = await irqpath(command.split(' '), SAMPLES);
    const output = out.split('\n').map((line) => line.trimEnd());
    expect({ output, lines, isExcerpt: isExcerpt(lines, output) }).toMatchObject({ isExcerpt: true });
  });

  it.each([
    [USERSPACE, 'before'],
    [EOI_UNMASK, 'after'],
    [IRQFD, 'after'],
  ])('says how long the line stays masked on %s', (path, side) => {
    const steady = { jitterPercent: 0, wakeJitterPercent: 0, guest: 'busy', handler: 'write-first' };
    const { steps } = simulatePath(path, steady, { interrupts: 2 });
    const timeOf = (label: string): number =>
      steps.find((row) => row.interrupt === 1 && row.inCycle && row.label === label)?.timeNs ?? NaN;
    const afterNs = timeOf('unmask-line') - timeOf('end-interrupt');
    expect(Math.sign(afterNs)).toBe(side === 'after' ? 1 : -1);
    const row = DOCUMENT.split('\n').find((line) => line.startsWith(`| \`${path}\``));
    expect(row).toContain(`| ${(Math.abs(afterNs) / 1000).toFixed(1)} µs ${side} the end `);
  });

  it('has no other number in its text', () => {
    const prose = DOCUMENT.replaceAll(/^ *```console\n[^]*?^ *```$/gm, '')
      .replaceAll(/^\|.*$/gm, '')
      .replaceAll(/^>.*$/gm, '');
    const numbers = prose.match(/\d[\d.,]*/g) ?? [];
    // Document 003, Cortex-A15, x86.
    expect([...new Set(numbers)].sort()).toEqual(['003', '15', '86']);
  });
});
