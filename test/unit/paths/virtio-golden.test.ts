import { describe, expect, it } from 'vitest';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import { drawPlainText } from '../../../src/diagram/plain-text.ts';
import { drawSequence } from '../../../src/diagram/sequence.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import { ALL_PATHS } from '../../../src/paths/all-paths.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { fullText } from '../../support/full-text.ts';
import { cycleOf, simulatePath } from '../../support/runs.ts';

interface GoldenCase {
  readonly path: string;
  readonly name: string;
  readonly settings?: PathSettings;
  readonly host?: Partial<HostFacts>;
}

const AMD: Partial<HostFacts> = { vendor: 'amd', qemu: '7.2' };

const CASES: readonly GoldenCase[] = [
  { path: 'virtio/notify-sync', name: 'idle-guest' },
  { path: 'virtio/notify-sync', name: 'amd', host: AMD },
  { path: 'virtio/notify-sync', name: 'legacy', settings: { transport: 'legacy' } },
  { path: 'virtio/notify-ioeventfd', name: 'idle-guest' },
  { path: 'virtio/notify-ioeventfd', name: 'amd', host: AMD },
  { path: 'virtio/notify-ioeventfd', name: 'legacy', settings: { transport: 'legacy', guest: 'busy' } },
  { path: 'virtio/notify-iothread', name: 'idle-guest' },
  { path: 'virtio/call-irqfd', name: 'idle-guest' },
  { path: 'virtio/call-irqfd', name: 'amd-busy-guest', settings: { guest: 'busy' }, host: AMD },
  { path: 'virtio/call-userspace', name: 'idle-guest' },
  { path: 'virtio/call-userspace', name: 'busy-guest', settings: { guest: 'busy', eventIdx: 'off' } },
  { path: 'virtio/call-intx', name: 'idle-guest' },
  { path: 'virtio/call-intx', name: 'amd-read-back', host: AMD },
  { path: 'virtio/call-intx', name: 'legacy', settings: { transport: 'legacy', kick: 'sync' } },
];

/** The second cycle of a run without jitter. */
function goldenRows({ path, settings, host }: GoldenCase): StepRow[] {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
  const steady = { jitterPercent: 0, wakeJitterPercent: 0, ...settings };
  return cycleOf(simulatePath(path, steady, { interrupts: 3, facts }), 1);
}

describe('golden runs of virtio', () => {
  it.each(CASES)('$path: $name', async (golden) => {
    const rows = goldenRows(golden);
    expect(rows.length).toBeGreaterThan(10);
    const base = `../../golden/${golden.path.replace('/', '-')}/${golden.name}`;
    await expect(`${fullText(rows)}\n`).toMatchFileSnapshot(`${base}.steps.txt`);
    await expect(drawPlainText(rows)).toMatchFileSnapshot(`${base}.mail.txt`);
    await expect(drawSequence(rows)).toMatchFileSnapshot(`${base}.mmd`);
  });

  it('are there for every path', () => {
    const ids = ALL_PATHS.map(({ info }) => info.id).filter((id) => id.startsWith('virtio/'));
    expect(new Set(CASES.map(({ path }) => path))).toEqual(new Set(ids));
  });

  it('keep the text for mails inside 72 columns', () => {
    for (const golden of CASES) {
      const lines = drawPlainText(goldenRows(golden)).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72);
    }
  });
});
