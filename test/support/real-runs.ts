import { readFileSync } from 'node:fs';
import { FtraceReader } from '../../src/trace/ftrace-reader.ts';
import type { ConformanceRequest } from '../../src/trace/conform.ts';
import type { TraceEvent } from '../../src/trace/trace-event.ts';
import { VFIO_PLATFORM_ALPHABET } from '../../src/paths/vfio-platform-alphabet.ts';
import { TEST_FACTS } from './facts.ts';
import type { RealRun } from './real-run.ts';
import { X86_RUNS } from './real-runs-x86.ts';
import { IRQFD, USERSPACE } from './runs.ts';

const EDGE = { trigger: 'edge', guestTrigger: 'edge' };

/** Platform devices on Linux 6.12.117 and QEMU 7.2.22; what differs is in the names. */
const PLATFORM_RUNS: readonly RealRun[] = [
  { file: 'P1-gicv2-irqfd-on-readfirst', path: IRQFD, settings: {}, device: 'rtc' },
  { file: 'P1-gicv2-irqfd-on-uart-fast', path: IRQFD, settings: {}, device: 'uart' },
  {
    file: 'P1-gicv2-irqfd-on-threaded-oneshot',
    path: IRQFD,
    settings: { handlerContext: 'threaded' },
    device: 'rtc',
  },
  { file: 'P2-gicv2-irqfd-off-t1100-readfirst', path: USERSPACE, settings: {}, device: 'rtc' },
  {
    file: 'P2-gicv2-irqfd-off-t1100-writefirst',
    path: USERSPACE,
    settings: { handler: 'write-first', accesses: 1 },
    device: 'rtc',
  },
  { file: 'P2-gicv2-irqfd-off-t1100-uart-fast', path: USERSPACE, settings: {}, device: 'uart' },
  {
    file: 'P2-gicv2-irqfd-off-threaded-oneshot',
    path: USERSPACE,
    settings: { handlerContext: 'threaded' },
    device: 'rtc',
  },
  { file: 'P3-gicv2-irqfd-off-t0-readfirst', path: USERSPACE, settings: { mmapTimeoutMs: 0 }, device: 'rtc' },
  {
    file: 'P3-gicv2-irqfd-off-t110-readfirst',
    path: USERSPACE,
    settings: { mmapTimeoutMs: 110 },
    device: 'rtc',
  },
  { file: 'P4-gicv3-irqfd-on-readfirst', path: USERSPACE, settings: {}, device: 'rtc' },
  // From when the guest's driver has healed the line that was up before QEMU started.
  { file: 'P7-gicv2-irqfd-off-asserted-before-boot-noquiesce', path: USERSPACE, settings: {}, device: 'rtc' },
  { file: 'P8-gicv2-irqfd-off-nommap-readfirst', path: USERSPACE, settings: { mmap: 'off' }, device: 'rtc' },
  { file: 'C2-gicv2-two-irqs-irqfd-on-readfirst', path: IRQFD, settings: { lines: 2 }, device: 'both' },
  { file: 'E1-gicv2-edge-irqfd-on-readfirst', path: IRQFD, settings: EDGE, device: 'rtc' },
  { file: 'E2-gicv2-edge-irqfd-off-t1100-readfirst', path: USERSPACE, settings: EDGE, device: 'rtc' },
  {
    file: 'C1-gicv2-two-irqs-irqfd-off-t1100-readfirst',
    path: USERSPACE,
    settings: { lines: 2 },
    device: 'both',
    cycles: 5,
  },
  {
    file: 'H1-gicv2-edge-two-irqs-head-of-line-irqfd-off',
    path: USERSPACE,
    settings: { ...EDGE, lines: 2, handlerWithoutAccess: 'first' },
    device: 'both',
    // Four interrupts, of which three come before the first is over.
    cycles: 2,
    maxConfigs: 600_000,
  },
];

/** Every trace that is followed line by line. */
export const REAL_RUNS: readonly RealRun[] = [...PLATFORM_RUNS, ...X86_RUNS];

const RTC = { status: 0x18, clear: 0x1c };
const UART = { status: 0x40, clear: 0x44 };
const REGISTERS = { rtc: [RTC], uart: [UART], both: [RTC, UART] };

/** All events of a trace; fails on a line that cannot be read. */
export function readEvents(text: string): TraceEvent[] {
  const events: TraceEvent[] = [];
  const reader = new FtraceReader({
    event: (event) => events.push(event),
    unreadable: ({ line, text: content, reason }) => {
      throw new Error(`line ${String(line)}: ${reason}: ${content}`);
    },
  });
  reader.push(text);
  reader.end();
  return events;
}

export function readRun({ file }: RealRun): string {
  return readFileSync(new URL(`../fixtures/traces/runs/${file}.ftrace.txt`, import.meta.url), 'utf8');
}

/** What is asked about a run; `text` instead of its own trace. */
export function requestOf(run: RealRun, text: string): ConformanceRequest {
  const events = readEvents(text);
  const { host } = TEST_FACTS;
  return {
    path: run.path,
    settings: run.settings,
    facts: {
      ...TEST_FACTS,
      host: { ...host, qemu: '7.2', ...(run.device === 'e1000' ? { vendor: 'amd' } : {}) },
    },
    events: () => events,
    ...(run.device === 'e1000'
      ? {}
      : {
          binding: { ...VFIO_PLATFORM_ALPHABET.findBinding(events), registers: REGISTERS[run.device] },
          // What removed the shell's own noise from the traces removed some of these as well.
          incomplete: ['irq:irq_handler_exit'],
        }),
    ...(run.maxConfigs === undefined ? {} : { maxConfigs: run.maxConfigs }),
  };
}
