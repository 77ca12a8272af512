import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const LINE = 'emulated/line';
const MSI = 'emulated/msi';
const SYNC = 'emulated/doorbell-sync';
const IOEVENTFD = 'emulated/doorbell-ioeventfd';

const AMD: Partial<HostFacts> = { vendor: 'amd' };
const APICV: Partial<HostFacts> = { apicv: 'on' };
const AVIC: Partial<HostFacts> = { ...AMD, apicv: 'on' };
/** Ends every interrupt by an exit and never halts: the fewest states. */
const PLAIN = { guest: 'busy', pvEoi: 'off' };

interface Case {
  readonly path: string;
  readonly settings: PathSettings;
  readonly host?: Partial<HostFacts>;
}

describe('emulated devices: all states seen, nothing lost on either leg', { timeout: 240_000 }, () => {
  const cases: readonly Case[] = [
    { path: LINE, settings: {} },
    { path: LINE, settings: { characters: 2, guest: 'busy', pvEoi: 'off' }, host: AMD },
    { path: SYNC, settings: { device: 'isa-serial', characters: 2 } },
    { path: LINE, settings: { irqchip: 'split' } },
    { path: LINE, settings: { device: 'ich9-ahci' } },
    { path: LINE, settings: { device: 'ich9-ahci', irqchip: 'split' }, host: AMD },
    { path: LINE, settings: { device: 'ich9-ahci', irqchip: 'split', intremap: 'on' } },
    { path: LINE, settings: { device: 'ich9-ahci', irqchip: 'off' } },
    { path: MSI, settings: { device: 'ich9-ahci' } },
    { path: LINE, settings: { device: 'e1000e' } },
    { path: LINE, settings: { device: 'nvme', irqchip: 'split', guest: 'busy' } },
    { path: LINE, settings: { device: 'e1000e', irqchip: 'off' }, host: AMD },
    { path: MSI, settings: { device: 'e1000e' } },
    { path: SYNC, settings: { device: 'ich9-ahci', interrupt: 'line', guest: 'busy' } },
    { path: MSI, settings: {} },
    { path: MSI, settings: { kick: 'ioeventfd', guest: 'busy' } },
    { path: SYNC, settings: { shadowDoorbells: 'off' }, host: AMD },
    { path: SYNC, settings: { ...PLAIN, shadowDoorbells: 'off', queueDepth: 2 } },
    { path: IOEVENTFD, settings: PLAIN },
    { path: LINE, settings: {}, host: APICV },
    { path: LINE, settings: { device: 'e1000e' }, host: AVIC },
    { path: MSI, settings: { device: 'e1000e' }, host: APICV },
    { path: MSI, settings: { device: 'ich9-ahci', guest: 'busy' }, host: AVIC },
    { path: SYNC, settings: { guest: 'busy' }, host: APICV },
  ];

  it.each(cases)('$path $settings $host', ({ path, settings, host }) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
    const result = unwrap(finish(explorePath({ path, settings, facts })));
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(300);
    expect(result.violations.map(({ property }) => property)).toEqual([]);
  });
});

describe('what no QEMU combines', () => {
  it.each([
    [IOEVENTFD, { shadowDoorbells: 'off' }, '10.1', /without effect unless/],
    [SYNC, {}, '7.2', /modelled from 8\.0 on/],
    [SYNC, { device: 'ich9-ahci', irqchip: 'off' }, '10.1', /not modelled yet/],
    [SYNC, { device: 'isa-serial', irqchip: 'off' }, '10.1', /not modelled yet/],
  ] as const)('%s %o, QEMU %s', (path, settings, qemu, reason) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu } };
    expect(() => wire(path, settings, facts)).toThrow(reason);
  });
});
