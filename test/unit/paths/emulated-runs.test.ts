import fc from 'fast-check';
import { describe, it } from 'vitest';
import { TEST_FACTS } from '../../support/facts.ts';
import { expectRunInGraph } from '../../support/run-in-graph.ts';
import { wire } from '../../support/runs.ts';

const disk = { queueDepth: 3, serviceUs: 3 };
const ways = fc.constantFrom(
  ['emulated/line', { device: 'isa-serial', characters: 3 }] as const,
  ['emulated/line', { device: 'e1000e' }] as const,
  ['emulated/line', { device: 'e1000e', irqchip: 'off' }] as const,
  ['emulated/line', { device: 'ich9-ahci', ...disk }] as const,
  ['emulated/line', { device: 'ich9-ahci', irqchip: 'split', ...disk }] as const,
  ['emulated/msi', { device: 'e1000e' }] as const,
  ['emulated/msi', { device: 'ich9-ahci', ...disk }] as const,
  ['emulated/msi', { device: 'nvme', kick: 'ioeventfd', ...disk }] as const,
  ['emulated/doorbell-sync', { device: 'nvme', ...disk }] as const,
  ['emulated/doorbell-sync', { device: 'nvme', shadowDoorbells: 'off', ...disk }] as const,
  ['emulated/doorbell-ioeventfd', disk] as const,
);
const workloads = fc.record({
  periodUs: fc.integer({ min: 1, max: 30 }),
  guest: fc.constantFrom('idle', 'busy'),
});
const hosts = fc.record({ vendor: fc.constantFrom('intel', 'amd'), cpus: fc.constantFrom(2, 4) });

describe('emulated devices: one model, read in time and read whole', () => {
  it('every step of a jittered timed run is a transition of the successor relation, inside the declared ranges', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), ways, workloads, hosts, (seed, [path, way], workload, host) => {
        const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
        expectRunInGraph(wire(path, { ...workload, ...way }, facts), seed);
      }),
      { numRuns: 40 },
    );
  });
});
