import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { simulatePath } from '../../support/runs.ts';
import { project, sideBySide } from '../../support/side-by-side.ts';
import { readVirtioEvents, VIRTIO_CONTEXTS, virtioEventsOf } from '../../support/virtio-arm-trace.ts';

/** One request of a real guest, from the exit of its notification to the next one, and the runs that are held against it. */
interface RealRequest {
  readonly file: string;
  readonly paths: readonly string[];
  readonly settings: PathSettings;
  /** Exits of kind DABT, and those of them that leave to QEMU: as the notes of the traces count them. */
  readonly aborts: number;
  readonly toQemu: number;
}

const STEADY = { arch: 'arm', jitterPercent: 0, wakeJitterPercent: 0 };
const MMIO = { ...STEADY, gic: '2', transport: 'mmio' };
const PCI = { ...STEADY, gic: '3' };

const REAL_REQUESTS: readonly RealRequest[] = [
  {
    file: 'A1-mmio-on-request-wfi',
    paths: ['virtio/notify-ioeventfd', 'virtio/call-intx'],
    settings: MMIO,
    aborts: 3,
    toQemu: 2,
  },
  {
    // The guest runs and is kicked.
    file: 'A1-mmio-on-request-kick',
    paths: ['virtio/notify-ioeventfd', 'virtio/call-intx'],
    settings: { ...MMIO, guest: 'busy' },
    aborts: 3,
    toQemu: 2,
  },
  {
    file: 'A1-mmio-off-request-wfi',
    paths: ['virtio/notify-sync', 'virtio/call-intx'],
    settings: MMIO,
    aborts: 3,
    toQemu: 3,
  },
  {
    // The disk is done and the line raised before the vCPU thread is back in KVM.
    file: 'A1-mmio-off-request-late',
    paths: ['virtio/notify-sync', 'virtio/call-intx'],
    settings: { ...MMIO, serviceUs: 1, kvmRunEntry: 100_000 },
    aborts: 3,
    toQemu: 3,
  },
  {
    file: 'A1-pci-on-request-wfi',
    paths: ['virtio/notify-ioeventfd', 'virtio/call-irqfd'],
    settings: PCI,
    aborts: 1,
    toQemu: 0,
  },
  {
    file: 'A1-pci-off-request-wfi',
    paths: ['virtio/notify-sync', 'virtio/call-userspace'],
    settings: PCI,
    aborts: 1,
    toQemu: 1,
  },
  {
    file: 'A1-pci-off-request-kick',
    paths: ['virtio/notify-sync', 'virtio/call-userspace'],
    settings: { ...PCI, guest: 'busy' },
    aborts: 1,
    toQemu: 1,
  },
];

/** A run of QEMU 7.2, from its second notification to the third. */
function requestOf(path: string, { file, settings }: RealRequest): StepRow[] {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu: '7.2', cpus: 4 } };
  const kick = file.includes('-off-') && path.startsWith('virtio/call') ? { kick: 'sync' } : {};
  const { steps } = simulatePath(path, { ...settings, ...kick }, { interrupts: 4, facts });
  const kicks = steps.flatMap(({ label }, index) => (label === 'notify' ? [index] : []));
  return steps.slice(kicks[1], kicks[2]);
}

const CASES = REAL_REQUESTS.flatMap((request) => request.paths.map((path) => ({ path, ...request })));

describe('a virtio-blk request on Arm: a run and a real kernel do the same in every context, event by event', () => {
  it.each(CASES)('$path: $file', async ({ path, ...request }) => {
    const url = new URL(`../../fixtures/traces/${request.file}.ftrace.txt`, import.meta.url);
    const model = virtioEventsOf(requestOf(path, request));
    const real = readVirtioEvents(readFileSync(url, 'utf8'), new Set(model.map(({ event }) => event)));
    const text = sideBySide(VIRTIO_CONTEXTS, model, real, 50);
    await expect(text).toMatchFileSnapshot(`../../golden/traces/${request.file}.txt`);
    for (const context of VIRTIO_CONTEXTS) expect(project(model, context)).toEqual(project(real, context));
    const done = project(real, 'vCPU thread');
    expect(done.filter((event) => event === 'kvm_exit DABT')).toHaveLength(request.aborts);
    expect(done.filter((event) => event === 'kvm_userspace_exit')).toHaveLength(request.toQemu);
    // Nobody is told of the end of an edge.
    expect(done).not.toContain('kvm_notify_acked_irq');
  });
});
