import { describe, expect, it } from 'vitest';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import { drawPlainText } from '../../../src/diagram/plain-text.ts';
import { drawSequence } from '../../../src/diagram/sequence.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { fullText } from '../../support/full-text.ts';
import { cycleOf, simulatePath } from '../../support/runs.ts';

interface GoldenCase {
  readonly path: string;
  readonly name: string;
  readonly settings: PathSettings;
  readonly qemu?: string;
}

const MMIO = { transport: 'mmio' };
const ITS = { gic: '3' };

const CASES: readonly GoldenCase[] = [
  { path: 'virtio/notify-sync', name: 'arm-mmio', settings: MMIO },
  { path: 'virtio/notify-ioeventfd', name: 'arm-mmio', settings: MMIO },
  { path: 'virtio/notify-ioeventfd', name: 'arm-its', settings: ITS, qemu: '7.2' },
  { path: 'virtio/notify-iothread', name: 'arm-its', settings: { ...ITS, guest: 'busy' } },
  { path: 'virtio/call-irqfd', name: 'arm-its', settings: ITS, qemu: '7.2' },
  { path: 'virtio/call-irqfd', name: 'arm-gicv2m', settings: { guest: 'busy' } },
  { path: 'virtio/call-userspace', name: 'arm-its', settings: { ...ITS, guest: 'busy' } },
  { path: 'virtio/call-userspace', name: 'arm-gicv2m', settings: {} },
  { path: 'virtio/call-intx', name: 'arm-mmio', settings: MMIO },
  { path: 'virtio/call-intx', name: 'arm-mmio-read-back', settings: MMIO, qemu: '7.2' },
  { path: 'virtio/call-intx', name: 'arm-mmio-level', settings: { ...MMIO, trigger: 'level', kick: 'sync' } },
  { path: 'virtio/call-intx', name: 'arm-pci', settings: { guest: 'busy' } },
];

/** The second cycle of a run without jitter. */
function goldenRows({ path, settings, qemu }: GoldenCase): StepRow[] {
  const host = { ...TEST_FACTS.host, ...(qemu === undefined ? {} : { qemu }) };
  const steady = { arch: 'arm', jitterPercent: 0, wakeJitterPercent: 0, ...settings };
  return cycleOf(simulatePath(path, steady, { interrupts: 3, facts: { ...TEST_FACTS, host } }), 1);
}

describe('golden runs of virtio on Arm', () => {
  it.each(CASES)('$path: $name', async (golden) => {
    const rows = goldenRows(golden);
    expect(rows.length).toBeGreaterThan(10);
    const base = `../../golden/${golden.path.replace('/', '-')}/${golden.name}`;
    await expect(`${fullText(rows)}\n`).toMatchFileSnapshot(`${base}.steps.txt`);
    await expect(drawPlainText(rows)).toMatchFileSnapshot(`${base}.mail.txt`);
    await expect(drawSequence(rows)).toMatchFileSnapshot(`${base}.mmd`);
  });

  it('keep the text for mails inside 72 columns', () => {
    for (const golden of CASES) {
      const lines = drawPlainText(goldenRows(golden)).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72);
    }
  });
});
