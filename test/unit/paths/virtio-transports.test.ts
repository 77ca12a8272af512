import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { expectGolden } from '../../support/golden-case.ts';
import { simulatePath, wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const PORT = { transport: 'modern-pio' };
const ACCELERATED: Partial<HostFacts> = { apicv: 'on' };

describe('a port for modern drivers (modern-pio-notify=on)', () => {
  it.each<[string, PathSettings, Partial<HostFacts>]>([
    ['virtio/notify-sync', { guest: 'busy' }, {}],
    ['virtio/notify-ioeventfd', { guest: 'busy' }, ACCELERATED],
  ])('%s %o %o: all states seen, nothing lost', (path, settings, host) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
    const result = unwrap(finish(explorePath({ path, settings: { ...PORT, ...settings }, facts })));
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(1000);
    expect(result.violations).toEqual([]);
  });

  it.each([
    ['virtio/notify-sync', 1],
    ['virtio/notify-ioeventfd', 0],
  ])('%s costs an exit for a port, and %i to QEMU', (path, toQemu) => {
    const { summary, steps } = simulatePath(path, PORT, { interrupts: 10 });
    expect(summary.exitReasons).toEqual({ 'IO_INSTRUCTION (port I/O)': 1 });
    expect(summary.userspaceExitsPerInterrupt).toBe(toQemu);
    const written = steps
      .flatMap(({ tracepoints }) => tracepoints)
      .filter((text) => text.includes('kvm_pio'));
    expect(new Set(written)).toEqual(new Set(['kvm:kvm_pio pio_write at 0xc040 size 2 count 1']));
  });

  it('virtio/notify-sync: modern-pio', async () => {
    await expectGolden({ path: 'virtio/notify-sync', name: 'modern-pio', settings: PORT });
  });

  it('is not modelled beside the register of a line, nor on Arm', () => {
    expect(() => wire('virtio/call-intx', PORT)).toThrow(/beside a port/);
    expect(() => wire('virtio/notify-sync', { ...PORT, arch: 'arm' })).toThrow(/needs arch=x86/);
  });
});
