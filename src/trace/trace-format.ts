import { FtraceLineReader } from './ftrace-line.ts';
import { QemuLogLineReader } from './qemu-log-line.ts';

/** What wrote a trace, as its lines show. */
export type TraceFormat = 'ftrace' | 'trace-cmd' | 'perf-script' | 'qemu-log' | 'unknown';

/** What a file is that has no lines to read, and what makes a trace of it. */
interface Unreadable {
  readonly magic: readonly number[];
  readonly what: string;
}

const BINARIES: readonly Unreadable[] = [
  {
    magic: [0x17, 0x08, 0x44, ...bytes('tracing')],
    what: 'a binary file of trace-cmd; make text of it with: trace-cmd report -i FILE > trace.txt',
  },
  {
    magic: bytes('PERFILE2'),
    what: 'a binary file of perf; make text of it with: perf script -i FILE > trace.txt',
  },
  {
    // QEMU trace/simple.c: the id of the header record and the magic number behind it.
    magic: [...Array<number>(8).fill(0xff)],
    what: 'a binary file of QEMU\'s "simple" trace backend; trace with a QEMU whose backend is "log" (-trace EVENT -D FILE)',
  },
  { magic: [0x1f, 0x8b], what: 'compressed; unpack it first: gunzip FILE, or zcat FILE | irqpath trace -' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], what: 'compressed; unpack it first: zstdcat FILE | irqpath trace -' },
  { magic: [0xfd, ...bytes('7zXZ')], what: 'compressed; unpack it first: xzcat FILE | irqpath trace -' },
];

/** What a file is that begins so, if it is no text; null if it may be. */
export function binaryKind(head: Uint8Array): string | null {
  const known = BINARIES.find(({ magic }) => magic.every((byte, i) => head[i] === byte));
  if (known) return known.what;
  return head.includes(0)
    ? 'binary; expected the text of ftrace, trace-cmd report, perf script or QEMU'
    : null;
}

/** Whether these lines are what `perf kvm stat` prints: counts, and no events. */
export function isPerfKvmStat(lines: readonly string[]): boolean {
  return lines.some(
    (line) =>
      /^\s*VM-EXIT\s+Samples/.test(line) || /^\s*[A-Z_]+\s+\d+\s+[\d.]+%\s+[\d.]+%\s+[\d.]+us\s/.test(line),
  );
}

/** What wrote these lines, the first ones of a text: what most of those are that can be read. */
export function formatOf(lines: readonly string[]): TraceFormat {
  const ftrace = new FtraceLineReader();
  const qemu = new QemuLogLineReader();
  const counts: Record<TraceFormat, number> = {
    ftrace: 0,
    'trace-cmd': 0,
    'perf-script': 0,
    'qemu-log': 0,
    unknown: 0,
  };
  for (const line of lines) {
    if (qemu.read(line, 0) !== null) {
      counts['qemu-log']++;
      continue;
    }
    const event = ftrace.read(line, 0);
    if (event === null || 'reason' in event) continue;
    if (/: +(?:kvm|irq|sched|syscalls|workqueue|raw_syscalls|ipi|irq_vectors):\w+: /.test(line)) {
      counts['perf-script']++;
    } else if (/: \w+: {2,}/.test(line)) counts['trace-cmd']++;
    else counts.ftrace++;
  }
  const [best] = (Object.entries(counts) as [TraceFormat, number][]).sort(([, a], [, b]) => b - a);
  return best === undefined || best[1] === 0 ? 'unknown' : best[0];
}

function bytes(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}
