import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { asTraceText, canonicalX86Event, ofTheDevice, readX86Trace } from '../../support/real-trace-x86.ts';
import type { X86TraceEvent } from '../../support/real-trace-x86.ts';
import { simulatePath } from '../../support/runs.ts';
import { project, sideBySide } from '../../support/side-by-side.ts';

const CONTEXTS = ['vCPU thread', 'main loop', 'IOThread', 'worker', 'vhost'] as const;

/** One request of a real guest, from the exit of its notification to the next one, and the runs that are held against it. */
interface RealRequest {
  readonly file: string;
  readonly paths: readonly string[];
  readonly settings: PathSettings;
  /** Which request of the run it is, of how many; the second of four if left out. */
  readonly request?: number;
  readonly requests?: number;
  /** The step that it begins with, if not the notification. */
  readonly first?: string;
}

const STEADY = { jitterPercent: 0, wakeJitterPercent: 0 };

const REAL_REQUESTS: readonly RealRequest[] = [
  { file: 'X1-on-request', paths: ['virtio/notify-ioeventfd', 'virtio/call-irqfd'], settings: STEADY },
  {
    // The disk is done and the message sent before the vCPU thread is back in KVM.
    file: 'X1-off-request',
    paths: ['virtio/notify-sync', 'virtio/call-userspace'],
    settings: { ...STEADY, serviceUs: 1, kvmRunEntry: 100_000 },
  },
  {
    file: 'X1-vectors0-request',
    paths: ['virtio/notify-ioeventfd', 'virtio/call-intx'],
    settings: STEADY,
  },
  {
    file: 'X2-request-blocked',
    paths: ['virtio/notify-iothread', 'virtio/call-irqfd'],
    settings: { ...STEADY, pollMaxNs: 1000 },
  },
  {
    // Found by polling; the notification that was on its way is read when polling has ended, and finds nothing.
    file: 'X2-request-polled',
    paths: ['virtio/notify-iothread'],
    settings: { ...STEADY, periodUs: 10, serviceUs: 10 },
    request: 1,
    requests: 2,
  },
  {
    // A packet that a virtio-net device without vhost sends.
    file: 'X3-off-transmit',
    paths: ['virtio/notify-ioeventfd', 'virtio/call-userspace'],
    settings: { ...STEADY, device: 'virtio-net' },
  },
  {
    // A packet that it receives: no notification, but for the guest's.
    file: 'X3-off-receive',
    paths: ['virtio/call-userspace'],
    settings: { ...STEADY, device: 'virtio-net', traffic: 'receive', queueDepth: 64 },
    first: 'packet-arrives',
  },
  {
    // One that a vhost worker sends.
    file: 'X3-on-transmit',
    paths: ['virtio/notify-vhost', 'virtio/call-irqfd'],
    settings: { ...STEADY, device: 'virtio-net' },
  },
];

/** The IOThread polls on a CPU of its own. */
const HOST = { vendor: 'amd', qemu: '7.2', cpus: 4 } as const;

function settingsFor(path: string, { file, settings }: RealRequest): PathSettings {
  if (path.startsWith('virtio/call') && file.startsWith('X2')) return { ...settings, kick: 'iothread' };
  return file.startsWith('X1-vectors0') && path.startsWith('virtio/notify')
    ? { ...settings, call: 'intx' }
    : settings;
}

function contextOf({ process }: StepRow): X86TraceEvent['context'] {
  if (process === 'main loop' || process === 'worker' || process === 'vhost') return process;
  if (process === 'IO iothread0') return 'IOThread';
  return 'vCPU thread';
}

/** System calls were traced of QEMU's first thread and of the vCPU thread only. */
function wasTraced({ context, event }: X86TraceEvent): boolean {
  return !(context === 'worker' && event === 'write');
}

function eventsOf(rows: readonly StepRow[]): X86TraceEvent[] {
  return ofTheDevice(
    rows.flatMap((row) =>
      row.tracepoints.flatMap((text) => {
        const event = canonicalX86Event(asTraceText(text));
        return event === null ? [] : [{ context: contextOf(row), event }];
      }),
    ),
  ).filter(wasTraced);
}

/** A run of QEMU 7.2 on SVM, from one notification to the next. */
function requestOf(path: string, request: RealRequest): StepRow[] {
  const { request: number = 1, requests = 4, first = 'notify' } = request;
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...HOST } };
  const { steps } = simulatePath(path, settingsFor(path, request), { interrupts: requests, facts });
  const kicks = steps.flatMap(({ label }, index) => (label === first ? [index] : []));
  return steps.slice(kicks[number], kicks[number + 1]);
}

/** KVM learns of a PV EOI at the next exit, whatever that is for: in the real trace mostly one of the guest's timer. */
function withoutPvEoi(events: readonly X86TraceEvent[]): X86TraceEvent[] {
  const left = events.filter(
    ({ event }, i) =>
      !event.startsWith('kvm_pv_eoi') &&
      !(event.startsWith('kvm_eoi') && events[i + 1]?.event.startsWith('kvm_pv_eoi') === true),
  );
  const last = left.findLastIndex(({ context }) => context === 'vCPU thread');
  return left.filter(({ event }, i) => i !== last || !event.startsWith('kvm_exit'));
}

const CASES = REAL_REQUESTS.flatMap((request) => request.paths.map((path) => ({ path, ...request })));

describe('a request: a run and a real kernel do the same in every context, event by event', () => {
  it.each(CASES)('$path: $file', async ({ path, ...request }) => {
    const text = readFileSync(
      new URL(`../../fixtures/traces/${request.file}.ftrace.txt`, import.meta.url),
      'utf8',
    );
    const model = eventsOf(requestOf(path, request));
    const alphabet = new Set(model.map(({ event }) => event));
    const real = withoutPvEoi(readX86Trace(text, alphabet).filter(wasTraced));
    const run = withoutPvEoi(model);
    expect(real.length).toBeGreaterThan(14);
    // A worker of the kernel is there only where it serves the device.
    const contexts = CONTEXTS.filter((name) => name !== 'vhost' || project(real, name).length > 0);
    await expect(sideBySide(contexts, run, real, 62)).toMatchFileSnapshot(
      `../../golden/traces/${request.file}.txt`,
    );
    for (const context of CONTEXTS) expect(project(run, context)).toEqual(project(real, context));
  });
});
