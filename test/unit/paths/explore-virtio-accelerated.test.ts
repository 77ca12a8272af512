import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { simulatePath, wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const INTEL: Partial<HostFacts> = { apicv: 'on' };
const AMD: Partial<HostFacts> = { apicv: 'on', vendor: 'amd' };
const SPLIT = { irqchip: 'split', guest: 'busy' };

function factsWith(host: Partial<HostFacts>): typeof TEST_FACTS {
  return { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
}

describe(
  'virtio with APICv, AVIC, or the IOAPIC in QEMU: all states seen, nothing lost',
  { timeout: 240_000 },
  () => {
    it.each<[string, PathSettings, Partial<HostFacts>]>([
      ['virtio/notify-sync', {}, INTEL],
      ['virtio/notify-sync', { transport: 'legacy' }, AMD],
      ['virtio/notify-ioeventfd', { guest: 'busy' }, INTEL],
      ['virtio/call-irqfd', { pollMaxNs: 0, guest: 'busy' }, INTEL],
      ['virtio/call-irqfd', { guest: 'busy' }, { ...AMD, qemu: '7.2' }],
      ['virtio/call-userspace', { kick: 'ioeventfd', guest: 'busy' }, AMD],
      ['virtio/call-userspace', { guest: 'busy', irqchip: 'split' }, INTEL],
      ['virtio/call-intx', { kick: 'sync', guest: 'busy' }, INTEL],
      ['virtio/call-intx', { kick: 'sync', guest: 'busy' }, AMD],
      ['virtio/call-intx', { ...SPLIT, kick: 'sync' }, {}],
      ['virtio/call-intx', SPLIT, { qemu: '7.2' }],
      ['virtio/call-intx', { ...SPLIT, kick: 'sync' }, INTEL],
    ])('%s %o %o', (path, settings, host) => {
      const result = unwrap(finish(explorePath({ path, settings, facts: factsWith(host) })));
      expect(result.complete).toBe(true);
      expect(result.states).toBeGreaterThan(1000);
      expect(result.violations.map(({ property }) => property)).toEqual([]);
    });
  },
);

describe('what an interrupt costs a guest that runs', () => {
  it.each<[string, PathSettings, Partial<HostFacts>, Record<string, number>, number]>([
    // What the processor does by itself costs no exit.
    ['virtio/call-irqfd', { guest: 'busy' }, INTEL, {}, 0],
    ['virtio/call-userspace', { guest: 'busy' }, AMD, {}, 0],
    // The end of a level has to be heard of; with the IOAPIC in QEMU, by QEMU.
    [
      'virtio/call-intx',
      { guest: 'busy' },
      INTEL,
      { 'EOI_INDUCED (APIC EOI)': 1, 'EPT_MISCONFIG (MMIO)': 1 },
      1,
    ],
    ['virtio/call-intx', SPLIT, INTEL, { 'EOI_INDUCED (APIC EOI)': 1, 'EPT_MISCONFIG (MMIO)': 1 }, 2],
    [
      'virtio/call-intx',
      SPLIT,
      {},
      {
        'EPT_MISCONFIG (MMIO)': 1,
        'EXTERNAL_INTERRUPT (kick)': 1,
        'MSR_READ (APIC TMR)': 1,
        'MSR_WRITE (APIC EOI)': 1,
      },
      2,
    ],
  ])('%s %o %o', (path, settings, host, exits, toQemu) => {
    const { summary } = simulatePath(path, settings, { interrupts: 20, facts: factsWith(host) });
    expect(summary.exitReasons).toEqual(exits);
    expect(summary.userspaceExitsPerInterrupt).toBe(toQemu);
    expect(summary.spuriousPerInterrupt).toBe(0);
  });
});

it('what nobody has traced is not held against traces', () => {
  const real = { surroundings: 'real' };
  expect(() => wire('virtio/call-userspace', real, factsWith(INTEL))).toThrow(/needs apicv=off/);
  expect(() => wire('virtio/call-intx', { ...real, irqchip: 'split' })).toThrow(/irqchip=on for a line/);
});
