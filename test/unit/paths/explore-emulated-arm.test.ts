import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { explore, finish } from '../../../src/engine/explore.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { localStepFaults } from '../../support/local-step-faults.ts';
import { expectRunInGraph } from '../../support/run-in-graph.ts';
import { wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const LINE = 'emulated/line';
const MSI = 'emulated/msi';
const SYNC = 'emulated/doorbell-sync';
const IOEVENTFD = 'emulated/doorbell-ioeventfd';

describe('emulated devices on Arm: all states seen, nothing lost on either leg', { timeout: 240_000 }, () => {
  const cases: readonly (readonly [string, PathSettings])[] = [
    [LINE, { device: 'pl011', characters: 2 }],
    [LINE, { device: 'pl011', characters: 1, gic: '3', guest: 'busy' }],
    [LINE, { device: 'e1000e' }],
    [LINE, { device: 'ich9-ahci', guest: 'busy' }],
    [LINE, { device: 'nvme', gic: '3' }],
    [MSI, { device: 'e1000e', gic: '3' }],
    [MSI, { device: 'e1000e', guest: 'busy' }],
    [MSI, { device: 'ich9-ahci', gic: '3' }],
    [MSI, { device: 'nvme', gic: '3', guest: 'busy' }],
    [SYNC, { device: 'pl011', characters: 2 }],
    [SYNC, { device: 'nvme', shadowDoorbells: 'off', gic: '3' }],
    [IOEVENTFD, { device: 'nvme', gic: '3', guest: 'busy' }],
  ];

  it.each(cases)('%s %o', (path, settings) => {
    const result = unwrap(
      finish(explorePath({ path, settings: { arch: 'arm', ...settings }, facts: TEST_FACTS })),
    );
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(50);
    expect(result.violations.map(({ property }) => property)).toEqual([]);
  });
});

describe('emulated devices on Arm: one model, read in time and read whole', () => {
  it('every step of a jittered timed run is a transition of the successor relation, inside the declared ranges', () => {
    const ways = fc.constantFrom(
      [LINE, { device: 'pl011' }] as const,
      [LINE, { device: 'e1000e' }] as const,
      [MSI, { device: 'ich9-ahci', queueDepth: 3 }] as const,
      [MSI, { device: 'nvme', queueDepth: 3 }] as const,
      [SYNC, { device: 'pl011' }] as const,
    );
    const workloads = fc.record({
      gic: fc.constantFrom('2', '3'),
      periodUs: fc.integer({ min: 1, max: 30 }),
      guest: fc.constantFrom('idle', 'busy'),
    });
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), ways, workloads, (seed, [path, way], workload) => {
        expectRunInGraph(wire(path, { arch: 'arm', ...workload, ...way }), seed);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a local step of a PL011', { timeout: 120_000 }, () => {
  it.each([
    [LINE, { characters: 1, guest: 'busy' }],
    [SYNC, { characters: 1 }],
  ] as const)('%s %o: commutes, unseen, and goes forward', (path, settings) => {
    const wiring = wire(path, { arch: 'arm', device: 'pl011', ...settings });
    const { states } = finish(explore(wiring.model, { maxStates: 40_000 }));
    expect(localStepFaults(wiring, states)).toEqual([]);
  });
});

describe('what is refused', () => {
  it.each([
    [LINE, { arch: 'arm' }, /isa-serial needs arch=x86/],
    [LINE, { device: 'pl011' }, /pl011 needs arch=arm/],
    [MSI, { arch: 'arm', irqchip: 'split' }, /arch=arm needs irqchip=on/],
  ])('%s %o', (path, settings, reason) => {
    expect(() => wire(path, settings)).toThrow(reason);
  });
});
