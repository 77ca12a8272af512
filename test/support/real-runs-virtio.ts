import { readFileSync } from 'node:fs';
import type { PathSettings } from '../../src/paths/path.ts';
import type { Conformance } from '../../src/trace/conformance.ts';
import { conformed } from './conformed.ts';
import { TEST_FACTS } from './facts.ts';
import { readEvents } from './real-runs.ts';

/** A trace of a virtio-blk disk that a guest reads, and the machine as a path has it. */
export interface VirtioRun {
  /** As in a table: the fixture, and which leg it is held against. */
  readonly file: string;
  readonly trace: string;
  readonly path: string;
  readonly settings: PathSettings;
  /** Requests in it; each has been notified when the one before was over. */
  readonly requests: number;
}

const ON = 'X1-blk-ioeventfd-on';
const OFF = 'X1-blk-ioeventfd-off';
const LINE = 'X1-blk-vectors0-intx';
const IOTHREAD = 'X2-blk-iothread';

/** The number of requests of each fixture. */
const REQUESTS: Readonly<Record<string, number>> = { [ON]: 24, [OFF]: 24, [LINE]: 8, [IOTHREAD]: 12 };

function run(trace: string, path: string, settings: PathSettings = {}): VirtioRun {
  const leg = path.startsWith('virtio/call') ? 'call' : 'kick';
  return { file: `${trace} (${leg})`, trace, path, settings, requests: REQUESTS[trace] ?? 0 };
}

/** Linux 6.12.95, QEMU 7.2.22, SVM without AVIC: each trace against the paths of both its legs. */
export const VIRTIO_RUNS: readonly VirtioRun[] = [
  run(ON, 'virtio/notify-ioeventfd'),
  run(ON, 'virtio/call-irqfd'),
  run(OFF, 'virtio/notify-sync'),
  run(OFF, 'virtio/call-userspace'),
  run(LINE, 'virtio/notify-ioeventfd', { call: 'intx' }),
  run(LINE, 'virtio/call-intx'),
  run(IOTHREAD, 'virtio/notify-iothread'),
  run(IOTHREAD, 'virtio/call-irqfd', { kick: 'iothread' }),
];

/** Of the host that was traced. */
export const TRACED_HOST = {
  ...TEST_FACTS,
  host: { ...TEST_FACTS.host, qemu: '7.2', vendor: 'amd' as const, cpus: 3 },
};

/** The run of that name. */
export function virtioRun(file: string): VirtioRun {
  const found = VIRTIO_RUNS.find((one) => one.file === file);
  if (found === undefined) throw new Error(`no run ${file}`);
  return found;
}

export function virtioText({ trace }: VirtioRun): string {
  return readFileSync(new URL(`../fixtures/traces/runs/${trace}.ftrace.txt`, import.meta.url), 'utf8');
}

/** The trace, or `text` instead, held against the run's path, or against something else. */
export function followedVirtio(
  run: VirtioRun,
  text = virtioText(run),
  other: Partial<VirtioRun> = {},
): Conformance {
  const { path, settings } = { ...run, ...other };
  const events = readEvents(text);
  return conformed({ path, settings, facts: TRACED_HOST, events: () => events });
}
