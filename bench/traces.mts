import { readFileSync } from 'node:fs';
import { TraceAnalysis } from '../src/trace/trace-analysis.ts';
import { TraceReader } from '../src/trace/trace-reader.ts';
import { measure } from './measure.mts';
import type { Measurement } from './measure.mts';

const LINES = 400_000;
const PIECE = 1 << 20;

/** Whole runs, one behind the other until there are so many lines, in pieces as they come from a file. */
function pieces(name: string): string[] {
  const text = readFileSync(new URL(`../test/fixtures/traces/${name}`, import.meta.url), 'utf8');
  const copies = Math.ceil(LINES / text.split('\n').length);
  const all = text.repeat(copies);
  return Array.from({ length: Math.ceil(all.length / PIECE) }, (_, i) =>
    all.slice(i * PIECE, (i + 1) * PIECE),
  );
}

const TRACES: readonly (readonly [what: string, file: string])[] = [
  ['vfio-platform/userspace', 'runs/P2-gicv2-irqfd-off-t1100-uart-fast.ftrace.txt'],
  ['vfio-platform/irqfd', 'runs/P1-gicv2-irqfd-on-uart-fast.ftrace.txt'],
  ['virtio, with all its noise', 'sources/X3-net-vhost-on.ftrace.txt'],
  ["QEMU's log", 'sources/X1-blk-ioeventfd-on.qemu.log'],
];

/** How fast traces are read, and their sources found. */
export function traces(): Measurement[] {
  return TRACES.flatMap(([what, file]) => {
    const text = pieces(file);
    return [
      measure(`read only: ${what}`, 'lines', () => {
        const reader = new TraceReader({ event: () => undefined, unreadable: () => undefined });
        for (const piece of text) reader.push(piece);
        reader.end();
        return reader.lines;
      }),
      measure(`read, and sources found: ${what}`, 'lines', () => {
        const analysis = new TraceAnalysis();
        for (const piece of text) analysis.push(piece);
        return analysis.end().lines;
      }),
    ];
  });
}
