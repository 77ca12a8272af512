import { readFileSync } from 'node:fs';
import type { PathSettings } from '../../src/paths/path.ts';
import type { Conformance } from '../../src/trace/conformance.ts';
import { conformed } from './conformed.ts';
import { readEvents } from './real-runs.ts';
import { TRACED_HOST } from './real-runs-virtio.ts';

/** A trace of a virtio-net device, and one queue of it as a path has it. */
export interface NetRun {
  /** As in a table: the fixture, the queue, and which leg it is held against. */
  readonly file: string;
  readonly trace: string;
  readonly path: string;
  readonly settings: PathSettings;
  /** Packets of that queue that came when nothing of the last was left. */
  readonly packets: number;
}

const VHOST = 'X3-net-vhost-on';
const QEMU = 'X3-net-vhost-off';

function run(trace: string, path: string, traffic: 'send' | 'receive', packets: number): NetRun {
  const leg = path.startsWith('virtio/call') ? 'call' : 'kick';
  const settings = { device: 'virtio-net', traffic, queueDepth: traffic === 'send' ? 1 : 2 };
  return { file: `${trace} (${traffic}, ${leg})`, trace, path, settings, packets };
}

/** Linux 6.12.95, QEMU 7.2.22, SVM without AVIC: each queue against the paths of both its legs. */
export const NET_RUNS: readonly NetRun[] = [
  run(VHOST, 'virtio/notify-vhost', 'send', 6),
  run(VHOST, 'virtio/call-irqfd', 'send', 6),
  run(VHOST, 'virtio/notify-vhost', 'receive', 5),
  run(VHOST, 'virtio/call-irqfd', 'receive', 5),
  run(QEMU, 'virtio/notify-ioeventfd', 'send', 3),
  run(QEMU, 'virtio/call-userspace', 'send', 3),
  run(QEMU, 'virtio/notify-ioeventfd', 'receive', 2),
  run(QEMU, 'virtio/call-userspace', 'receive', 2),
];

/** The run of that name. */
export function netRun(file: string): NetRun {
  const found = NET_RUNS.find((one) => one.file === file);
  if (found === undefined) throw new Error(`no run ${file}`);
  return found;
}

export function netText({ trace }: NetRun): string {
  return readFileSync(new URL(`../fixtures/traces/runs/${trace}.ftrace.txt`, import.meta.url), 'utf8');
}

/** The trace, or `text` instead, held against the run's path, or against something else. */
export function followedNet(run: NetRun, text = netText(run), other: Partial<NetRun> = {}): Conformance {
  const { path, settings } = { ...run, ...other };
  const events = readEvents(text);
  return conformed({ path, settings, facts: TRACED_HOST, events: () => events });
}
