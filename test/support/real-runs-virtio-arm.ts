import { readFileSync } from 'node:fs';
import type { PathSettings } from '../../src/paths/path.ts';
import type { Conformance } from '../../src/trace/conformance.ts';
import { conformed } from './conformed.ts';
import { TEST_FACTS } from './facts.ts';
import { readEvents } from './real-runs.ts';
import type { VirtioRun } from './real-runs-virtio.ts';

const MMIO = { arch: 'arm', transport: 'mmio' };
const PCI = { arch: 'arm', gic: '3' };
const MMIO_ON = 'A1-gicv2-blk-mmio-ioeventfd-on';
const MMIO_OFF = 'A1-gicv2-blk-mmio-ioeventfd-off';
const PCI_ON = 'A1-gicv3-blk-pci-ioeventfd-on';
const PCI_OFF = 'A1-gicv3-blk-pci-ioeventfd-off';

function run(trace: string, path: string, requests: number, settings: PathSettings): VirtioRun {
  const leg = path.startsWith('virtio/call') ? 'call' : 'kick';
  return { file: `${trace} (${leg})`, trace, path, settings, requests };
}

/** Linux 6.12.95, QEMU 7.2.22, an Arm host without VHE: each trace against the paths of both its legs. */
export const VIRTIO_ARM_RUNS: readonly VirtioRun[] = [
  run(MMIO_ON, 'virtio/notify-ioeventfd', 8, MMIO),
  run(MMIO_ON, 'virtio/call-intx', 8, MMIO),
  run(MMIO_OFF, 'virtio/notify-sync', 8, MMIO),
  run(MMIO_OFF, 'virtio/call-intx', 8, { ...MMIO, kick: 'sync' }),
  run(PCI_ON, 'virtio/notify-ioeventfd', 10, PCI),
  run(PCI_ON, 'virtio/call-irqfd', 10, PCI),
  run(PCI_OFF, 'virtio/notify-sync', 10, PCI),
  run(PCI_OFF, 'virtio/call-userspace', 10, PCI),
];

const FACTS = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu: '7.2', cpus: 3 } };

/** The run of that name. */
export function virtioArmRun(file: string): VirtioRun {
  const found = VIRTIO_ARM_RUNS.find((one) => one.file === file);
  if (found === undefined) throw new Error(`no run ${file}`);
  return found;
}

export function virtioArmText({ trace }: VirtioRun): string {
  return readFileSync(new URL(`../fixtures/traces/runs/${trace}.ftrace.txt`, import.meta.url), 'utf8');
}

/** The trace, or `text` instead, held against the run's path, or against something else. */
export function followedVirtioArm(
  run: VirtioRun,
  text = virtioArmText(run),
  other: Partial<VirtioRun> = {},
): Conformance {
  const { path, settings } = { ...run, ...other };
  const events = readEvents(text);
  return conformed({ path, settings, facts: FACTS, events: () => events });
}
